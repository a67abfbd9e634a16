package org.vertxipc.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** JSON from a file or a stream: UTF-8, with or without a byte-order mark. */
final class JsonInput {
  private static final String MARK = "\ufeff";

  private JsonInput() {}

  /** Reads a file; each failure names it. */
  static Object read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException("There is no file " + file, e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " can't be read: permission denied", e);
    } catch (IOException e) {
      throw new IOException(file + " can't be read: " + e.getMessage(), e);
    }
    return parse(file.toString(), bytes);
  }

  /** Parses bytes; a failure names their source. */
  static Object parse(String source, byte[] bytes) throws IOException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Json.decodeValue(text.startsWith(MARK) ? text.substring(MARK.length()) : text);
    } catch (CharacterCodingException e) {
      throw new IOException(source + " is not JSON: it is not UTF-8", e);
    } catch (DecodeException e) {
      throw new IOException(source + " is not JSON: " + e.getMessage(), e);
    }
  }
}
