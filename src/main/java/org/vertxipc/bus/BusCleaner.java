package org.vertxipc.bus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.posix.Posix;
import org.vertxipc.store.StoreDirectory;

/**
 * Removes by hand what nodes remove when they start or see another die. It blocks, so it is for a
 * worker thread.
 */
public final class BusCleaner {
  private final BusDirectory directory;
  private final StoreDirectory stores;

  /**
   * Creates a cleaner.
   *
   * @param config of the bus; its node is not used
   * @throws IOException when there is no such group
   */
  public BusCleaner(BusConfig config) throws IOException {
    Posix.load();
    this.directory = new BusDirectory(config);
    this.stores = new StoreDirectory(config.access(), config.options().getMapped(), config.bus());
  }

  /**
   * Removes what the dead nodes of the bus left, and nothing of those that live.
   *
   * @param withStores whether to also remove messages that wait for nodes that are not running
   * @param dryRun whether to only return what would be removed
   * @return the files, and the kernel objects that they name
   * @throws IOException when the directory is not ours or can't be read
   */
  public List<String> clean(boolean withStores, boolean dryRun) throws IOException {
    List<String> found = new ArrayList<>();
    if (directory.exists()) {
      for (String node : directory.nodes()) {
        if (!directory.isAlive(node)) {
          List<String> files = directory.describe(node);
          if (dryRun || directory.cleanIfDead(node)) {
            found.addAll(files);
          }
        }
      }
    }
    if (withStores) {
      for (Path file : stores.files()) {
        if (!directory.isAlive(file.getParent().getFileName().toString())) {
          found.add(file.toString());
          if (!dryRun) {
            Posix.unlink(file);
          }
        }
      }
      if (!dryRun) {
        stores.removeEmpty();
      }
    }
    return found;
  }
}
