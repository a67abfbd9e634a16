package org.vertxipc.options;

import java.util.List;

/**
 * The options of links whose programs may answer requests.
 *
 * @param <S> the class itself
 */
public abstract class AnsweringLinkOptions<S extends AnsweringLinkOptions<S>>
    extends LinkOptions<S> {
  private static final long REPLY_TIMEOUT_MILLIS = 30_000;

  private String reply = "none";
  private String idField = "id";
  private String overflow = "block";
  private long replyTimeoutMillis = REPLY_TIMEOUT_MILLIS;

  AnsweringLinkOptions() {}

  @Override
  List<String> errors(String path) {
    List<String> errors = super.errors(path);
    if (!reply.equals("none")
        && !(has(Direction.READ) && has(Direction.WRITE) && getSend() != null)) {
      errors.add(
          path
              + "/reply: found \""
              + reply
              + "\", which needs 'send', and both directions to the program");
    }
    if (reply.equals("id") && !getCodec().equals("json-lines")) {
      errors.add(path + "/reply: found \"id\", which needs codec \"json-lines\"");
    }
    if (reply.equals("none") && replyTimeoutMillis != REPLY_TIMEOUT_MILLIS) {
      errors.add(
          path + "/replyTimeoutMillis: found " + replyTimeoutMillis + ", which needs 'reply'");
    }
    return errors;
  }

  /** Adds what is wrong with the options of a link that reads a stream. */
  void checkStream(boolean keep, String path, List<String> errors) {
    if (reply.equals("turn") && getCodec().equals("raw")) {
      errors.add(path + "/reply: found \"turn\", which needs another codec than \"raw\"");
    }
    if (keep && !(getCodec().equals("lines") && has(Direction.READ))) {
      errors.add(
          path
              + "/keepCarriageReturn: found true, which needs codec \"lines\", and lines from the"
              + " program");
    }
  }

  /**
   * Returns how answers of the program are matched to requests: {@code none}, not at all; {@code
   * turn}, one after the other; {@code id}, by a field of the JSON object that is the same in both.
   *
   * @return the option
   */
  public String getReply() {
    return reply;
  }

  /**
   * Sets {@link #getReply}.
   *
   * @param reply the option
   * @return this
   */
  public S setReply(String reply) {
    this.reply = reply;
    return self();
  }

  /**
   * Returns the name of the field for reply {@code id}; a request without it gets one.
   *
   * @return the option
   */
  public String getIdField() {
    return idField;
  }

  /**
   * Sets {@link #getIdField}.
   *
   * @param idField the option
   * @return this
   */
  public S setIdField(String idField) {
    this.idField = idField;
    return self();
  }

  /**
   * Returns what to do when too much waits: {@code block} stops taking messages from the event bus,
   * which keeps 10000 more for the consumer; {@code drop-oldest} drops the messages that have
   * waited longest; {@code fail} refuses the message.
   *
   * @return the option
   */
  public String getOverflow() {
    return overflow;
  }

  /**
   * Sets {@link #getOverflow}.
   *
   * @param overflow the option
   * @return this
   */
  public S setOverflow(String overflow) {
    this.overflow = overflow;
    return self();
  }

  /**
   * Returns how long the program has for an answer, in milliseconds, unless the requester is known
   * to wait longer.
   *
   * @return the option
   */
  public long getReplyTimeoutMillis() {
    return replyTimeoutMillis;
  }

  /**
   * Sets {@link #getReplyTimeoutMillis}.
   *
   * @param replyTimeoutMillis the option
   * @return this
   */
  public S setReplyTimeoutMillis(long replyTimeoutMillis) {
    this.replyTimeoutMillis = replyTimeoutMillis;
    return self();
  }
}
