package org.vertxipc.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The test vectors in {@code src/test/vectors}, by which programs in other languages are tested,
 * too.
 */
public final class Vectors {
  private static final Path DIRECTORY = Path.of("src/test/vectors");

  private Vectors() {}

  /**
   * One vector.
   *
   * @param name which no other in its section has
   * @param json all of it
   */
  public record Vector(String name, JsonObject json) {
    /** Returns the bytes of {@code hex}. */
    public byte[] bytes() {
      return Vectors.bytes(json.getString("hex"));
    }

    /** Returns a list of texts in hexadecimal digits as bytes. */
    public List<byte[]> list(String key) {
      return texts(key).map(Vectors::bytes).toList();
    }

    /** Returns a list of texts. */
    public Stream<String> texts(String key) {
      return json.getJsonArray(key).stream().map(String.class::cast);
    }

    /** For the name of a test. */
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Reads a section of a file.
   *
   * @param file its name without its suffix
   * @param section a key of the file
   * @return at least one
   */
  public static List<Vector> read(String file, String section) {
    JsonArray rows;
    try {
      String text = Files.readString(DIRECTORY.resolve(file + ".json"));
      rows = new JsonObject(text).getJsonArray(section);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Vector> found =
        rows.stream()
            .map(JsonObject.class::cast)
            .map(row -> new Vector(row.getString("name"), row))
            .toList();
    long names = found.stream().map(Vector::name).distinct().count();
    if (found.isEmpty() || names != found.size()) {
      throw new IllegalStateException(file + ", " + section + ": none, or two of one name");
    }
    return found;
  }

  /** Returns the vector of a name. */
  public static Vector read(String file, String section, String name) {
    return read(file, section).stream()
        .filter(v -> v.name.equals(name))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("no vector '" + name + "'"));
  }

  /** Returns the bytes that are written as hexadecimal digits, between which there are spaces. */
  public static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** Returns the digits of bytes. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * Returns bytes of which a vector says those that are not zero.
   *
   * @param image offsets, and what is there
   * @param size of all
   */
  public static ByteBuffer image(JsonObject image, int size) {
    ByteBuffer all = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    for (Map.Entry<String, Object> part : image) {
      all.put(Integer.parseInt(part.getKey()), bytes((String) part.getValue()));
    }
    return all;
  }

  /** Returns all bytes of a buffer. */
  public static byte[] all(ByteBuffer buffer) {
    byte[] all = new byte[buffer.capacity()];
    buffer.get(0, all);
    return all;
  }
}
