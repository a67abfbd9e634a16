package org.vertxipc.bridge;

/** Why a message did not arrive. */
public enum Loss {
  /** It is longer than its sender or its receiver allows. */
  TOO_LARGE(
      "it is longer than the configured limit",
      "Raise maxMessageBytes of the sender and of the receiver, or send it in parts"),

  /** Too much waits for its receiver already. */
  QUEUE_FULL(
      "too much waits for its receiver",
      "Write to bridge.sender(address) or publisher(address), which report writeQueueFull, or raise"
          + " sendQueueBytes"),

  /** Its body can't be encoded or decoded. */
  CODEC(
      "its body can't be encoded or decoded",
      "Register the same codec on both nodes; Serializable classes have to be listed in"
          + " 'serializable' of both"),

  /** The node that it reached does not export the address, or no longer does. */
  NOT_EXPORTED(
      "the address is not exported",
      "Add it to 'exports' of the node that has the consumer, or call bridge.export(address)"),

  /** There is no consumer on any node that it could reach. */
  NOBODY(
      "no node that exports the address has a consumer",
      "Register the consumer before the address is exported, or withdraw the address with it"),

  /** The node that it was for died or left before it had the message. */
  NODE_GONE(
      "its node is gone",
      "Send it again when the node is back; messages for nodes that receive by mapped are stored"),

  /** It arrived by another way before: nothing is lost, and it is logged for debugging only. */
  DUPLICATE("it had already arrived by another route", "Nothing needs to be done");

  private final String text;
  private final String advice;

  Loss(String text, String advice) {
    this.text = text;
    this.advice = advice;
  }

  /** Returns what happened, for when nothing more exact is known. */
  String text() {
    return text;
  }

  /** Returns what a user can do about it: a sentence without its full stop. */
  String advice() {
    return advice;
  }
}
