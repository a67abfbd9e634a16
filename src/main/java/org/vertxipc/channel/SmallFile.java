package org.vertxipc.channel;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.BadFileException;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.posix.WholeFile;

/**
 * A file that is written and read as a whole, and is trusted only as far as {@link Access} says: a
 * text of bounded length that replaces the one before, or two lines that tell the writer of a
 * channel what has a number or a name in the kernel. The first line is that name, the second says
 * where the name is valid. All methods may block.
 */
public final class SmallFile {
  private static final String DRAFT = ".new";
  private static final int MAX_LINES_BYTES = 8192;

  private SmallFile() {}

  /**
   * Writes a file so that others see all of it or what was there before. Only one thread of one
   * process may write the file at a time; a draft that a dead writer left does no harm.
   *
   * @param access who may read it
   * @param path where
   * @param text all of it
   * @param maxBytes how much its readers accept, see {@link #read}
   * @param tooLong what to say when it is longer
   * @throws IOException when it fails; no draft is left then
   */
  public static void replace(Access access, Path path, String text, int maxBytes, String tooLong)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > maxBytes) {
      throw new IOException(
          path
              + " would take "
              + bytes.length
              + " bytes, at most "
              + maxBytes
              + " are read: "
              + tooLong);
    }
    Path draft = draft(path);
    Posix.unlink(draft);
    write(access, draft, bytes);
    try {
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      Cleanup.unlink(draft);
      throw e;
    }
  }

  /**
   * Returns where a file is written before it gets its name.
   *
   * @param path of the file
   * @return the draft, which a writer that dies may leave
   */
  public static Path draft(Path path) {
    return path.resolveSibling(path.getFileName() + DRAFT);
  }

  /**
   * Reads a file. It is absent when there is no such name ({@code ENOENT}), in a directory that may
   * be missing, too. Something else than a directory above it ({@code ENOTDIR}) is no absence: it
   * is in the way of the file.
   *
   * @param access who may have written it
   * @param path where
   * @param maxBytes how long it may be
   * @return the text, null when the file is absent
   * @throws BadFileException when it is not a regular file of those who have access that this user
   *     may read, or is too long
   * @throws IOException when it can't be read otherwise
   */
  public static String read(Access access, Path path, int maxBytes) throws IOException {
    try {
      return text(access, path, maxBytes);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      if (e.is(Errno.EACCES)) {
        throw new BadFileException(path, "can't be read by this user", e);
      }
      throw e;
    }
  }

  /**
   * Reads a file that contains a JSON object, as {@link #read} does.
   *
   * @param access who may have written it
   * @param path where
   * @param maxBytes how long it may be
   * @return the object, null when the file is absent
   * @throws BadFileException when it is not what it should be
   * @throws IOException when it can't be read otherwise
   */
  public static JsonFile readJson(Access access, Path path, int maxBytes) throws IOException {
    String text = read(access, path, maxBytes);
    if (text == null) {
      return null;
    }
    if (text.isEmpty()) {
      throw new BadFileException(path, "is empty, expected a JSON object");
    }
    try {
      if (Json.decodeValue(text) instanceof JsonObject json) {
        return new JsonFile(path, json);
      }
    } catch (DecodeException e) {
      throw new BadFileException(path, "is not JSON", e);
    }
    throw new BadFileException(path, "is JSON, but not an object");
  }

  /**
   * Creates a file of two lines.
   *
   * @param access who may open it
   * @param path where
   * @param name the first line
   * @param validIn the second line
   * @throws IOException when it fails; no file is left then
   */
  public static void create(Access access, Path path, String name, String validIn)
      throws IOException {
    write(access, path, (name + "\n" + validIn + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads the file of two lines of another node.
   *
   * @param access who may have made it
   * @param path where
   * @return the lines; they are not trusted
   * @throws IOException when it is not there or not ours
   */
  public static Named named(Access access, Path path) throws IOException {
    String[] lines = text(access, path, MAX_LINES_BYTES).split("\n", 0);
    if (lines.length != 2) {
      throw new BadFileException(path, "has " + lines.length + " lines, expected 2");
    }
    return new Named(path, lines[0], lines[1]);
  }

  /**
   * Reads the name in the file of another node.
   *
   * @param access who may have made it
   * @param path where
   * @return the first line; it is not trusted
   * @throws IOException when it is not there or not ours
   */
  public static String name(Access access, Path path) throws IOException {
    return named(access, path).name();
  }

  /**
   * Reads the name in the file of another node, if it means here what it means there.
   *
   * @param access who may have made it
   * @param path where
   * @param validIn the second line that this node would write
   * @param hint what the two nodes have to have in common
   * @return the first line; it is not trusted
   * @throws IOException when it is not there, not ours, or valid elsewhere
   */
  public static String name(Access access, Path path, String validIn, String hint)
      throws IOException {
    Named named = named(access, path);
    named.requireIn(validIn, hint);
    return named.name();
  }

  /**
   * What a file of two lines contains.
   *
   * @param path of the file
   * @param name the first line
   * @param validIn the second line: where the name is valid
   */
  public record Named(Path path, String name, String validIn) {
    /**
     * Fails when the name means something else here.
     *
     * @param here the second line that this node would write
     * @param hint what the two nodes have to have in common
     * @throws ApartException when it is valid elsewhere
     */
    public void requireIn(String here, String hint) throws ApartException {
      if (!validIn.equals(here)) {
        throw new ApartException(
            path + " is valid in " + validIn + ", and this node is in " + here + ": " + hint);
      }
    }
  }

  private static void write(Access access, Path path, byte[] bytes) throws IOException {
    int fd = access.create(path, Posix.O_WRONLY);
    try {
      WholeFile.write(fd, bytes);
    } catch (IOException | RuntimeException e) {
      Cleanup.unlink(path);
      throw e;
    } finally {
      Cleanup.close(fd);
    }
  }

  private static String text(Access access, Path path, int maxBytes) throws IOException {
    int fd = open(path);
    try {
      access.require(fd, path, false);
      byte[] bytes = WholeFile.read(fd, maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new BadFileException(path, "is too long: at most " + maxBytes + " bytes are read");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } finally {
      Cleanup.close(fd);
    }
  }

  private static int open(Path path) throws IOException {
    try {
      return Posix.open(path, Posix.O_RDONLY, 0);
    } catch (PosixException e) {
      if (e.is(Errno.ELOOP)) {
        throw new BadFileException(
            path, "is a symbolic link, or leads through too many, expected a regular file", e);
      }
      if (e.is(Errno.ENOTDIR)) {
        throw new BadFileException(path, "can't be there: what is above it is not a directory", e);
      }
      throw e;
    }
  }
}
