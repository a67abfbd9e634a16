package org.vertxipc.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("vertx.ipc.Connection")
@Label("Connection")
@Description("A connection of a clustered event bus is there, by rings or by TCP")
@Category("Vert.x IPC")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // The recorder reads the fields.
final class ConnectionEvent extends Event {
  @Label("Remote")
  String remote;

  @Label("By Ring")
  boolean byRing;

  @Label("Reason")
  String reason;
}
