package org.vertxipc.cli;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MappedOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "clean",
    mixinStandardHelpOptions = true,
    description = "Remove what dead nodes left behind. Live nodes keep everything.")
final class CleanCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BUS", description = "Name of the bus.")
  String bus;

  @Option(names = "--dry-run", description = "Only print what would be removed.")
  boolean dryRun;

  @Option(
      names = "--stores",
      description = "Also remove the messages that wait for nodes that are down.")
  boolean stores;

  @Mixin PlaceOptions place;

  @Option(
      names = "--mapped-directory",
      paramLabel = "DIR",
      description = "Where messages wait (default: /var/tmp/vertx-ipc-UID).")
  String mappedDirectory;

  @Override
  public Integer call() throws Exception {
    BusOptions options = place.on(new BusOptions().setName(bus));
    if (mappedDirectory != null) {
      options.setMapped(new MappedOptions().setDirectory(mappedDirectory));
    }
    Vertx vertx = Cli.vertx();
    try {
      List<String> found = Cli.await(IpcBridge.clean(vertx, options, stores, dryRun));
      Output out = new Output();
      for (String file : found) {
        out.line(file);
      }
      out.print(found.size() + (dryRun ? " would be removed" : " removed"));
      return 0;
    } finally {
      Cli.await(vertx.close());
    }
  }
}
