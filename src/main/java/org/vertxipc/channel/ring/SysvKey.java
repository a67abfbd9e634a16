package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.posix.SharedSegment;

/** The configured key of a node's first segment; the next segments use the numbers that follow. */
public final class SysvKey {
  private static final String FTOK = "ftok:";
  private static final String HEX = "0x";

  private final String text;

  private SysvKey(String text) {
    this.text = text;
  }

  /**
   * Parses a configured key.
   *
   * @param text a number, {@code 0x} and hexadecimal digits, or {@code ftok:PATH:PROJECT} (see
   *     {@code ftok(3)}); 0 for segments without a key
   * @return the key
   * @throws IllegalArgumentException when it is none of these
   */
  public static SysvKey parse(String text) {
    SysvKey key = new SysvKey(text);
    if (text.startsWith(FTOK)) {
      int project = key.project();
      if (project < 1 || project > 255) {
        throw new IllegalArgumentException(
            "/bus/sysv/key: found \"" + text + "\", expected a project from 1 to 255");
      }
    } else {
      key.number();
    }
    return key;
  }

  private int number() {
    try {
      return text.startsWith(HEX)
          ? Integer.parseUnsignedInt(text.substring(HEX.length()), 16)
          : Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "/bus/sysv/key: found \"" + text + "\", expected a number from 0 to 4294967295", e);
    }
  }

  private int project() {
    return Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
  }

  /**
   * Returns the number. It needs the file of {@code ftok}.
   *
   * @return the key, or {@link SharedSegment#PRIVATE}
   * @throws IOException when that file does not exist
   */
  int resolve() throws IOException {
    if (!text.startsWith(FTOK)) {
      return number();
    }
    Path path = Path.of(text.substring(FTOK.length(), text.lastIndexOf(':')));
    return SharedSegment.key(path, project());
  }
}
