package org.vertxipc.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.vertxipc.channel.Names;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.store.StoreFile.Role;

/**
 * The stores of a bus: {@code READER/WRITER.store} holds what a writer has stored for a reader, and
 * in {@code READER/WRITER.parked} the reader keeps messages aside that would hold up the rest. All
 * methods may block: they are called on a worker thread.
 */
public final class StoreFiles {
  private static final String STORE = ".store";
  private static final String PARKED = ".parked";

  private final Access access;
  private final MappedOptions options;
  private final Path directory;

  /**
   * Creates the stores.
   *
   * @param access who may open them
   * @param options how they are made
   * @param directory of the bus's stores
   */
  public StoreFiles(Access access, MappedOptions options, Path directory) {
    this.access = access;
    this.options = options;
    this.directory = directory;
  }

  /** Checks that there is room for a store. */
  void probe() throws IOException {
    StoreFile.probe(access, directory, options.getFileBytes());
  }

  /** Returns the nodes that write to a node, or once did. */
  Set<String> writers(String reader) throws IOException {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory.resolve(reader), "*{" + STORE + "," + PARKED + "}")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        name = name.substring(0, name.lastIndexOf('.'));
        if (Names.isName(name)) {
          names.add(name);
        }
      }
    } catch (NoSuchFileException e) {
      return names; // Nobody has written.
    }
    return names;
  }

  /**
   * Opens a store for its reader.
   *
   * @param reader the node that reads
   * @param writer the node that writes
   * @return the store, repaired unless the writer has it open
   * @throws IOException when it can't be opened
   */
  public StoreFile openToRead(String reader, String writer) throws IOException {
    return open(reader, writer + STORE, Role.READER);
  }

  /**
   * Opens a store for its writer.
   *
   * @param reader the node that reads
   * @param writer the node that writes
   * @param passing whether the writer's name is made for this process alone
   * @return the store, repaired unless the reader has it open, and on the disk where that is
   *     configured
   * @throws IOException when it can't be opened
   */
  public StoreFile openToWrite(String reader, String writer, boolean passing) throws IOException {
    StoreFile file = open(reader, writer + STORE, Role.WRITER);
    try {
      file.setPassing(passing);
      if (Sync.of(options) != Sync.NONE) {
        file.syncReleased();
      }
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens the file {@code WRITER.parked} in which a reader keeps messages of a writer aside.
   *
   * @param reader the node that reads
   * @param writer the node that writes
   * @param capacity in bytes, that of the writer's store, so that each of its records fits
   * @return the file, which is made when it does not exist
   * @throws IOException when it can't be opened
   */
  StoreFile openParked(String reader, String writer, int capacity) throws IOException {
    Path path = directory.resolve(reader).resolve(writer + PARKED);
    StoreFile file = StoreFile.open(access, path, capacity, Role.OWNER);
    try {
      if (Sync.of(options) != Sync.NONE) {
        file.syncReleased();
      }
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Returns whether something may be kept aside. */
  boolean hasParked(String reader, String writer) throws IOException {
    return Posix.lstat(directory.resolve(reader).resolve(writer + PARKED)) != null;
  }

  private StoreFile open(String reader, String name, Role role) throws IOException {
    Path parent = directory.resolve(reader);
    try {
      access.mkdir(parent);
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
    return StoreFile.open(access, parent.resolve(name), options.getFileBytes(), role);
  }
}
