package org.vertxipc.cli;

import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcClusterOptions;
import picocli.CommandLine.Option;

/** Where a bus is, and who owns it. */
final class PlaceOptions {
  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description =
          "Where bus directories are (default: /dev/shm/vertx-ipc-UID, or with a group"
              + " /dev/shm/vertx-ipc-group-GID).")
  String directory;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description =
          "The group whose bus it is, by name or number (default: a bus of this user alone).")
  String group;

  IpcClusterOptions on(IpcClusterOptions options) {
    if (group != null) {
      options.setMode("0660").setGroup(group);
    }
    return options.setDirectory(directory);
  }

  BusOptions on(BusOptions options) {
    if (group != null) {
      options.setMode("0660").setGroup(group);
    }
    return options.setDirectory(directory);
  }
}
