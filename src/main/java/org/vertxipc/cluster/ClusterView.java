package org.vertxipc.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.log.CommandLog;
import org.vertxipc.log.LogReader;
import org.vertxipc.machine.BadCommandException;
import org.vertxipc.machine.Command;
import org.vertxipc.machine.Machine;
import org.vertxipc.machine.MachineListener;

/** The state of a cluster as somebody sees it who takes no part. */
public final class ClusterView {
  private ClusterView() {}

  /**
   * Reads the state, without a lock and without joining. It blocks.
   *
   * @param config which bus, and who has access
   * @return a copy, null when there is no such cluster
   * @throws IOException when it can't be read
   */
  public static Machine read(BusConfig config) throws IOException {
    Path directory = Place.directory(config);
    CommandLog log = CommandLog.view(config.access(), directory);
    if (log == null) {
      return null;
    }
    try {
      Machine[] machine = {new Machine(new MachineListener() {})};
      log.read(
          new LogReader() {
            @Override
            public void restart() {
              machine[0] = new Machine(new MachineListener() {});
            }

            @Override
            public void record(byte[] bytes) throws IOException {
              try {
                machine[0].apply(Command.decode(bytes));
              } catch (BadCommandException e) {
                throw new IOException("the log of the cluster can't be read", e);
              }
            }
          });
      return machine[0];
    } finally {
      log.close();
    }
  }
}
