package org.vertxipc.cli;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcBusState;
import org.vertxipc.options.BusOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Say whether a bus works here, and what to do if not: kernel, limits, the directory of"
            + " buses, native libraries and the JVM. It changes nothing.")
final class DoctorCommand implements Callable<Integer> {
  private static final String DIRECTORY = "directory";
  private static final String STALE = "dead nodes";
  // The permissions in a mode, and the bit by which files get the group of their directory.
  private static final int PERMISSIONS = 07777;

  @Mixin PlaceOptions place;

  @Mixin Format format;

  @Override
  public Integer call() throws Exception {
    List<Finding> all = new ArrayList<>(HostChecks.all());
    all.addAll(JvmChecks.all());
    // Without the C library nothing can be said about the rest.
    if (all.stream().noneMatch(f -> fails(f) && f.check().equals(JvmChecks.LIBRARY))) {
      all.addAll(directory());
    }
    Table table = new Table("STATE", "CHECK", "FOUND");
    JsonArray checks = new JsonArray();
    for (Finding finding : all) {
      String advice = finding.advice() == null ? "" : "; " + finding.advice();
      table.row(finding.level().shown(), finding.check(), finding.found() + advice);
      checks.add(
          new JsonObject()
              .put("state", finding.level().shown())
              .put("check", finding.check())
              .put("found", finding.found())
              .put("advice", finding.advice()));
    }
    format.print(new Output(), table, new JsonObject().put("checks", checks));
    return all.stream().anyMatch(DoctorCommand::fails) ? 1 : 0;
  }

  private static boolean fails(Finding finding) {
    return finding.level() == Finding.Level.FAIL;
  }

  private BusOptions bus(String name) {
    return place.on(new BusOptions().setName(name));
  }

  private List<Finding> directory() throws Exception {
    // The name is checked, and not used.
    BusOptions any = bus("any");
    Path path;
    List<String> buses;
    try {
      path = IpcBusState.directory(any);
      buses = IpcBusState.buses(any);
    } catch (IOException e) {
      String advice = "make it this user's, or the group's (--group), or name another";
      return List.of(Finding.fail(DIRECTORY, Cli.explain(e), advice));
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Path parent = path.toAbsolutePath().getParent();
      return List.of(
          Files.isWritable(parent)
              ? Finding.ok(DIRECTORY, path + " is not there; the first node makes it")
              : Finding.fail(
                  DIRECTORY,
                  path + " is not there, and this user can't make it",
                  "make it, or name another"));
    }
    Map<String, Object> status = Files.readAttributes(path, "unix:uid,gid,mode");
    String owner = String.format("owner %s, group %s", status.get("uid"), status.get("gid"));
    String mode = String.format("mode %04o", (int) status.get("mode") & PERMISSIONS);
    List<Finding> all = new ArrayList<>();
    all.add(Finding.ok(DIRECTORY, path + " (" + owner + ", " + mode + "), buses: " + buses.size()));
    if (place.directory != null) {
      // Rings are files in it.
      all.add(HostChecks.tried("room", () -> HostChecks.room("room", path)));
    }
    all.add(stale(buses));
    return all;
  }

  /** What would be removed by {@code clean}. */
  private Finding stale(List<String> buses) throws Exception {
    int files = 0;
    List<String> left = new ArrayList<>();
    Vertx vertx = Cli.vertx();
    try {
      for (String name : buses) {
        List<String> found = Cli.await(IpcBridge.clean(vertx, bus(name), false, true));
        if (!found.isEmpty()) {
          files += found.size();
          left.add(name);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      return Finding.warn(STALE, Cli.explain(e), "see what is in the directory of buses");
    } finally {
      Cli.await(vertx.close());
    }
    if (left.isEmpty()) {
      return Finding.ok(STALE, "none has left files");
    }
    return Finding.warn(
        STALE,
        files + " files are left on " + String.join(", ", left),
        "see '" + Cli.NAME + " clean " + left.get(0) + " --dry-run', and clean it");
  }
}
