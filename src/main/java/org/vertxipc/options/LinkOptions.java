package org.vertxipc.options;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The options that all links have in common. A link connects the event bus with a program, which
 * need not use Vert.x. Values are checked when the bridge is created.
 *
 * @param <S> the class itself
 */
public abstract class LinkOptions<S extends LinkOptions<S>> {
  private String name;
  private String codec = "lines";
  private String send;
  private String receive;
  private String deliver = "send";
  private String events;
  private int maxMessageBytes = 1 << 20;
  private long sendQueueBytes = 16 << 20;

  LinkOptions() {}

  abstract S self();

  /** Returns a copy. */
  abstract S copy();

  /**
   * Returns the type of the link.
   *
   * @return the same for all objects of a class
   */
  public abstract LinkType type();

  /**
   * Returns the name of {@link #type}.
   *
   * @return as in the JSON form
   */
  public final String getType() {
    return type().toString();
  }

  /** Returns whether messages can go to the program, or come from it. */
  abstract boolean has(Direction direction);

  enum Direction {
    READ,
    WRITE
  }

  /**
   * Returns the errors that a schema can't express; each names the key, what was found and what is
   * accepted.
   */
  List<String> errors(String path) {
    List<String> errors = new ArrayList<>();
    if (send != null && !has(Direction.WRITE)) {
      errors.add(path + "/write: missing, it is where messages to '" + send + "' go");
    }
    if (receive != null && !has(Direction.READ)) {
      errors.add(path + "/read: missing, it is where messages for '" + receive + "' come from");
    }
    return errors;
  }

  /**
   * Returns the JSON form, with all defaults.
   *
   * @return a new object
   */
  public abstract JsonObject toJson();

  /**
   * Returns the name of the link, in events and errors; made from its type and its position in the
   * list by default.
   *
   * @return the option
   */
  public String getName() {
    return name;
  }

  /**
   * Sets {@link #getName}.
   *
   * @param name the option
   * @return this
   */
  public S setName(String name) {
    this.name = name;
    return self();
  }

  /**
   * Returns how messages are represented as bytes: {@code raw}, one message per read; {@code lines}
   * of UTF-8; {@code json-lines}, lines of JSON; {@code frames}, each preceded by its length as a
   * little-endian int.
   *
   * @return the option
   */
  public String getCodec() {
    return codec;
  }

  /**
   * Sets {@link #getCodec}.
   *
   * @param codec the option
   * @return this
   */
  public S setCodec(String codec) {
    this.codec = codec;
    return self();
  }

  /**
   * Returns the address whose messages go to the program.
   *
   * @return the option
   */
  public String getSend() {
    return send;
  }

  /**
   * Sets {@link #getSend}.
   *
   * @param send the option
   * @return this
   */
  public S setSend(String send) {
    this.send = send;
    return self();
  }

  /**
   * Returns the address to which messages from the program go.
   *
   * @return the option
   */
  public String getReceive() {
    return receive;
  }

  /**
   * Sets {@link #getReceive}.
   *
   * @param receive the option
   * @return this
   */
  public S setReceive(String receive) {
    this.receive = receive;
    return self();
  }

  /**
   * Returns whether messages from the program are sent or published.
   *
   * @return the option
   */
  public String getDeliver() {
    return deliver;
  }

  /**
   * Sets {@link #getDeliver}.
   *
   * @param deliver the option
   * @return this
   */
  public S setDeliver(String deliver) {
    this.deliver = deliver;
    return self();
  }

  /**
   * Returns the address to which events of the link are published.
   *
   * @return the option
   */
  public String getEvents() {
    return events;
  }

  /**
   * Sets {@link #getEvents}.
   *
   * @param events the option
   * @return this
   */
  public S setEvents(String events) {
    this.events = events;
    return self();
  }

  /**
   * Returns the maximum length of a message, in bytes; that of a line includes its line break.
   *
   * @return the option
   */
  public int getMaxMessageBytes() {
    return maxMessageBytes;
  }

  /**
   * Sets {@link #getMaxMessageBytes}.
   *
   * @param maxMessageBytes the option
   * @return this
   */
  public S setMaxMessageBytes(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
    return self();
  }

  /**
   * Returns how much may wait in this process until the program takes it, in bytes.
   *
   * @return the option
   */
  public long getSendQueueBytes() {
    return sendQueueBytes;
  }

  /**
   * Sets {@link #getSendQueueBytes}.
   *
   * @param sendQueueBytes the option
   * @return this
   */
  public S setSendQueueBytes(long sendQueueBytes) {
    this.sendQueueBytes = sendQueueBytes;
    return self();
  }
}
