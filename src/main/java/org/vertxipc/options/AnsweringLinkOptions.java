package org.vertxipc.options;

import java.util.List;

/**
 * The options of links whose programs may answer requests.
 *
 * @param <S> the class itself
 */
public abstract class AnsweringLinkOptions<S extends AnsweringLinkOptions<S>>
    extends LinkOptions<S> {
  private String reply = "none";
  private String idField = "id";
  private String overflow = "block";

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
    return errors;
  }

  /** Adds what is wrong with {@code keepCarriageReturn} of a link that has it. */
  void checkCarriageReturn(boolean keep, String path, List<String> errors) {
    if (keep && !(getCodec().equals("lines") && has(Direction.READ))) {
      errors.add(
          path
              + "/keepCarriageReturn: found true, which needs codec \"lines\", and lines from the"
              + " program");
    }
  }

  /**
   * Returns how answers of the program are matched to requests: {@code none}, not at all; {@code
   * turn}, strictly in order; {@code id}, by a field of the JSON object that is the same in both.
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
}
