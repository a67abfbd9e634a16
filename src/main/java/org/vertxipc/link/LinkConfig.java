package org.vertxipc.link;

/**
 * What all links need to know.
 *
 * @param name of the link, in events and messages
 * @param codec how messages stand in bytes
 * @param send messages to this address go to the program; null for none
 * @param receive what the program says goes to this address; null for none
 * @param publish whether that is published, else sent
 * @param reply how answers find their requests
 * @param idField with {@link ReplyMode#ID}: the field of the JSON object
 * @param events what happens to the link is published to this address; null for none
 * @param maxMessageBytes the longest message
 * @param sendQueueBytes what may wait in this process until the program takes it
 * @param overflow what to do when more comes
 */
public record LinkConfig(
    String name,
    Codec codec,
    String send,
    String receive,
    boolean publish,
    ReplyMode reply,
    String idField,
    String events,
    int maxMessageBytes,
    long sendQueueBytes,
    Overflow overflow) {

  /** How answers of the program find the requests that they answer. */
  public enum ReplyMode {
    /** There are no answers: requests fail. */
    NONE,
    /** Each message of the program answers the oldest request that is not answered. */
    TURN,
    /** A field of the JSON object is the same in both. */
    ID
  }

  /** What to do with a message when too much waits. */
  public enum Overflow {
    /** Stop to take messages from the event bus, which keeps a bounded number for the consumer. */
    BLOCK,
    /** Drop those that wait longest. */
    DROP_OLDEST,
    /** Refuse it. */
    FAIL
  }
}
