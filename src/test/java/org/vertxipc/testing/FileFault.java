package org.vertxipc.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.vertxipc.posix.Posix;

/** What can be wrong with a small file of JSON that another node has written. */
public enum FileFault {
  SYMBOLIC_LINK(" is a symbolic link, ") {
    @Override
    void apply(Path file) throws IOException {
      Path copy = file.resolveSibling("copy");
      Files.move(file, copy);
      Files.createSymbolicLink(file, copy);
    }
  },
  OPEN_TO_OTHERS(" has permissions 0644, expected 0600 or stricter") {
    @Override
    void apply(Path file) throws IOException {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
  },
  ANOTHER_OWNER(" belongs to user 54321, expected user 0") {
    @Override
    void apply(Path file) throws IOException {
      Assumptions.assumeTrue(Posix.getuid() == 0, "needs the superuser");
      Files.setAttribute(file, "unix:uid", 54_321);
    }
  },
  CLOSED_TO_US(" can't be read by this user") {
    @Override
    void apply(Path file) throws IOException {
      Assumptions.assumeTrue(Posix.getuid() != 0, "the superuser may read everything");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    }
  },
  DIRECTORY(" is a directory, expected a regular file") {
    @Override
    void apply(Path file) throws IOException {
      Files.delete(file);
      Files.createDirectory(file);
    }
  },
  FIFO(" is a FIFO, expected a regular file") {
    @Override
    void apply(Path file) throws IOException {
      Files.delete(file);
      Posix.mkfifo(file, 0600);
    }
  },
  NO_DIRECTORY_ABOVE(" can't be there: what is above it is not a directory") {
    @Override
    void apply(Path file) throws IOException {
      Files.delete(file);
      Files.delete(file.getParent());
      Files.createFile(file.getParent());
    }
  },
  EMPTY(" is empty, expected a JSON object") {
    @Override
    void apply(Path file) throws IOException {
      Files.writeString(file, "");
    }
  },
  TOO_LONG(" is too long: at most ") {
    @Override
    void apply(Path file) throws IOException {
      Files.writeString(file, Files.readString(file) + " ".repeat(2 << 20));
    }
  },
  NOT_JSON(" is not JSON") {
    @Override
    void apply(Path file) throws IOException {
      String whole = Files.readString(file);
      Files.writeString(file, whole.substring(0, whole.length() - 1));
    }
  },
  NOT_AN_OBJECT(" is JSON, but not an object") {
    @Override
    void apply(Path file) throws IOException {
      Files.writeString(file, "[" + Files.readString(file) + "]");
    }
  },
  NULL(" is JSON, but not an object") {
    @Override
    void apply(Path file) throws IOException {
      Files.writeString(file, "null");
    }
  },
  NO_MEMBERS(" has no \"") {
    @Override
    void apply(Path file) throws IOException {
      Files.writeString(file, "{}");
    }
  };

  private final String text;

  FileFault(String text) {
    this.text = text;
  }

  abstract void apply(Path file) throws IOException;

  /**
   * Brings it about.
   *
   * @param file which is as it should be
   * @return how the message begins that tells so
   */
  public String in(Path file) throws IOException {
    apply(file);
    return file + text;
  }
}
