package org.vertxipc.bridge;

import io.vertx.core.eventbus.ReplyException;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.wire.SerializableBodies;

/**
 * Handles messages that do not arrive: each is counted by its reason, and the failure for its
 * sender is returned. May be used on any thread.
 */
final class Undelivered {
  private final Losses losses;
  private final SerializableBodies serializable;

  Undelivered(Losses losses, SerializableBodies serializable) {
    this.losses = losses;
    this.serializable = serializable;
  }

  /** Returns which bodies use Java's own serialisation. */
  SerializableBodies serializable() {
    return serializable;
  }

  /** No reachable node has a consumer. */
  ReplyException nobody(String address) {
    losses.add(Loss.NOBODY, address, null);
    return LocalBus.noHandlers(address);
  }

  /** The node is gone. */
  ReplyException gone(String address, String node, String how) {
    losses.add(Loss.NODE_GONE, address, node, () -> "node '" + node + "' " + how, null);
    return goneFailure(node, how);
  }

  /** Messages that waited for a node were given up, because it no longer reads. */
  void gaveUp(String node, int count, String how) {
    for (int i = 0; i < count; i++) {
      gone("(various addresses)", node, how);
    }
  }

  /**
   * Returns the failure of requests that wait for a node that is gone: whether it had them is
   * unknown.
   */
  static ReplyException goneFailure(String node, String how) {
    return Failures.of(Failures.NODE_GONE, "Node '" + node + "' " + how);
  }

  /** A body can't be encoded here. */
  ReplyException encoding(String address, RuntimeException cause) {
    String text = "A message to '" + address + "' can't be encoded: " + text(cause);
    losses.add(Loss.CODEC, address, null, () -> text, cause);
    return Failures.of(Failures.CODEC, text);
  }

  /** The body of a message of a node can't be decoded here. */
  ReplyException decoding(String address, String node, RuntimeException cause) {
    String text =
        "A message from node '" + node + "' to '" + address + "' can't be decoded: " + text(cause);
    losses.add(Loss.CODEC, address, node, () -> text, cause);
    return Failures.of(Failures.CODEC, text);
  }

  private static String text(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** It is longer than the limit. */
  ReplyException tooLarge(String address, String node, int length, int most, String whose) {
    String text =
        "A message to '"
            + address
            + "' takes "
            + length
            + " bytes, at most "
            + most
            + " are configured ("
            + whose
            + ")";
    losses.add(Loss.TOO_LARGE, address, node, () -> text, null);
    return Failures.of(Failures.TOO_LARGE, text);
  }

  /** Too much waits already. */
  ReplyException full(String address, String node, String text) {
    losses.add(Loss.QUEUE_FULL, address, node, () -> text, null);
    return Failures.of(Failures.QUEUE_FULL, text);
  }

  /** A message from a node was for an address that this node does not export. */
  ReplyException notExported(String here, String node, int number) {
    String text = "Node '" + here + "' does not export address number " + number;
    losses.add(Loss.NOT_EXPORTED, "number " + number, node, () -> text, null);
    return Failures.of(Failures.NOT_EXPORTED, text);
  }

  /** It has arrived before. */
  void duplicate(String address, String node) {
    losses.add(Loss.DUPLICATE, address, node, null, null);
  }

  /** Something arrived that can't be given to anybody. */
  void lost(Loss reason, String address, String node, String text) {
    losses.add(reason, address, node, () -> text, null);
  }
}
