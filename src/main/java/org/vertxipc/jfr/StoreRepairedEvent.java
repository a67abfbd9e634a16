package org.vertxipc.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("vertx.ipc.StoreRepaired")
@Label("Store Repaired")
@Description("A store had torn records, or was damaged")
@Category("Vert.x IPC")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // The recorder reads the fields.
final class StoreRepairedEvent extends Event {
  @Label("Path")
  String path;

  @Label("Result")
  String result;
}
