package org.vertxipc.testing.mesh;

import org.vertxipc.testing.mesh.LedgerEntry.Outcome;

/** What the ledgers say about one message. Times are 0 for what did not happen. */
final class MeshMessage {
  final long id;
  final long sentAt;

  /** The exporters of the address that its sender knew, a bit for each node. */
  final int view;

  final int timeoutMillis;
  long receivedAt;
  MeshPresence.Consumer receivedBy;
  long repliedAt;

  /** The time at which a request, or a write of an outlet, had ended. */
  long completedAt;

  Outcome outcome;

  /** The code of a failure; 0 for none. */
  int code;

  /** Creates what is known when it is about to be sent. */
  MeshMessage(LedgerEntry sent) {
    this.id = sent.id();
    this.sentAt = sent.time();
    this.view = sent.detail();
    this.timeoutMillis = sent.number();
  }

  /** Returns whether it has ended without a failure. */
  boolean isDone() {
    return completedAt != 0 && code == 0;
  }
}
