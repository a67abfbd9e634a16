package org.vertxipc.testing.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What all clients have noted, and who was killed. */
public final class History {
  private final List<Operation> operations = new ArrayList<>();

  /** Adds what a client has noted, dead or alive. */
  public void add(Path file) throws IOException {
    operations.addAll(HistoryFile.read(file));
  }

  /**
   * Says that a client was killed. From then on its locks may become free.
   *
   * @param file of the client
   * @param when before it was killed
   */
  public void killed(Path file, long when) {
    String client = file.getFileName().toString();
    for (String lock : HistoryClient.locks()) {
      operations.add(
          new Operation(client, lock, LockModel.DEATH, List.of(), null, when, Operation.NEVER));
    }
  }

  public List<Operation> operations() {
    return operations;
  }

  /** How many operations clients were killed in the middle of. */
  public int underWay() {
    return Math.toIntExact(
        operations.stream()
            .filter(op -> op.isPending() && !op.call().equals(LockModel.DEATH))
            .count());
  }

  /** Whether a client had a lock when it was killed. */
  public boolean diedWithLock(Path file) {
    String client = file.getFileName().toString();
    boolean has = false;
    for (Operation each : operations) {
      if (each.client().equals(client) && !each.isPending()) {
        if (each.call().equals("acquire")) {
          has = each.result().equals(Model.YES);
        } else if (each.call().equals("release")) {
          has = false;
        }
      }
    }
    return has;
  }
}
