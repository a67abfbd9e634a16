package org.vertxipc.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("vertx.ipc.PeerUp")
@Label("Peer Up")
@Description("A node of the bus is connected")
@Category("Vert.x IPC")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // The recorder reads the fields.
final class PeerUpEvent extends Event {
  @Label("Bus")
  String bus;

  @Label("Node")
  String node;

  @Label("Peer")
  String peer;

  @Label("Transport")
  String transport;
}
