package org.vertxipc.bus;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;

/**
 * Which node of this host has an address of the network: for each address a symbolic link whose
 * target names the node, so that one system call finds it. Only whoever holds the lock of a node
 * may change the links to it. A second node with an address of a living one gets a link of its own
 * beside it, and then neither is found, because nobody can tell which of them is meant. All methods
 * but {@link #find} may block.
 */
final class AddressBook {
  private static final String DIRECTORY = ".at";
  private static final String SECOND = "+";
  // A name of a file has at most 255 bytes, and the second of an address one more than the first.
  private static final int LONGEST = 200;
  private static final int ATTEMPTS = 20;
  private static final long ATTEMPT_MILLIS = 10;

  private final Access access;
  private final Path directory;

  /** Removes a dead node; returns false when it is alive. */
  @FunctionalInterface
  interface Undertaker {
    boolean cleanIfDead(String node);
  }

  AddressBook(Access access, Path bus) {
    this.access = access;
    this.directory = bus.resolve(DIRECTORY);
  }

  /** Where the links are. */
  Path directory() {
    return directory;
  }

  /** Returns whether an address can be the name of a file. */
  static boolean isPublishable(String address) {
    return !address.isEmpty() && address.length() <= LONGEST && address.indexOf('/') < 0;
  }

  /**
   * Returns what is said of an address: text that is not trusted.
   *
   * @return null when nothing is
   */
  String find(String address) throws IOException {
    return isPublishable(address) ? read(directory.resolve(address)) : null;
  }

  /**
   * Returns what is said of an address for a second node.
   *
   * @return null when nothing is
   */
  String findSecond(String address) throws IOException {
    return isPublishable(address) ? read(directory.resolve(address + SECOND)) : null;
  }

  private static String read(Path link) throws IOException {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (NoSuchFileException | NotLinkException e) {
      return null;
    }
  }

  /**
   * Says of an address what a node whose lock this process holds wants to be known.
   *
   * @param text what is known: the name of the node comes last, after a slash
   * @return false when another living node has the address, too
   */
  boolean publish(String address, String text, Undertaker undertaker) throws IOException {
    access.ensureDirectory(directory);
    Path link = directory.resolve(address);
    for (int i = 0; i < ATTEMPTS; i++) {
      if (create(link, text)) {
        return true;
      }
      String known = read(link);
      if (known != null && !undertaker.cleanIfDead(node(known))) {
        // Whoever cleans up after a dead one holds its lock for a moment.
        Pause.millis(ATTEMPT_MILLIS);
      }
    }
    Path second = directory.resolve(address + SECOND);
    String known = read(second);
    if (known != null && undertaker.cleanIfDead(node(known))) {
      known = null;
    }
    if (known == null) {
      create(second, text);
    }
    return false;
  }

  private static boolean create(Path link, String text) throws IOException {
    try {
      Files.createSymbolicLink(link, Path.of(text));
      return true;
    } catch (FileAlreadyExistsException e) {
      return text.equals(read(link));
    }
  }

  /** The name of the node in what is said of an address. */
  static String node(String text) {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /** Returns the links to a node. */
  List<Path> of(String node) throws IOException {
    List<Path> links = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path link : all) {
        String text = read(link);
        if (text != null && node(text).equals(node)) {
          links.add(link);
        }
      }
    } catch (NoSuchFileException e) {
      return links;
    }
    return links;
  }

  /** Removes the links of an address to a node whose lock this process holds. */
  void withdraw(String node, String address) throws IOException {
    for (String each : List.of(address, address + SECOND)) {
      Path link = directory.resolve(each);
      String text = read(link);
      if (text != null && node(text).equals(node)) {
        Posix.unlink(link);
      }
    }
  }

  /** Removes the links to a node whose lock this process holds. */
  void withdraw(String node) throws IOException {
    for (Path link : of(node)) {
      Posix.unlink(link);
    }
  }
}
