package org.vertxipc.testing.mesh;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.IpcBridge;

/** What all parts of a node of the mesh share. */
record MeshSelf(
    MeshPlan plan,
    MeshPlan.Node node,
    int incarnation,
    Vertx vertx,
    IpcBridge bridge,
    Places places,
    Ledger ledger,
    MeshView view,
    AtomicInteger complaints) {
  private static final int MOST_COMPLAINTS = 20;
  private static final int MOST_TEXT = 100;

  /** Prints a message that is wrong in some way. */
  void complain(String what, long id, Message<?> message) {
    if (complaints.incrementAndGet() > MOST_COMPLAINTS) {
      return;
    }
    String type = message.body() == null ? "null" : message.body().getClass().getSimpleName();
    String text = String.valueOf(message.body());
    System.err.printf(
        "%s: %s, %s %s, headers %s%n",
        what,
        id == 0 ? "?" : MessageId.of(id),
        type,
        text.substring(0, Math.min(text.length(), MOST_TEXT)),
        message.headers().entries());
  }
}
