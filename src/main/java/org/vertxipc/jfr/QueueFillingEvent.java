package org.vertxipc.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("vertx.ipc.QueueFilling")
@Label("Queue Filling")
@Description("More than half of what may wait for a peer waits, because its channel has no room")
@Category("Vert.x IPC")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // The recorder reads the fields.
final class QueueFillingEvent extends Event {
  @Label("Peer")
  String peer;

  @Label("Waiting")
  @DataAmount
  long waiting;
}
