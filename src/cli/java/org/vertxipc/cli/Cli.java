package org.vertxipc.cli;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the commands share. */
final class Cli {
  private Cli() {}

  static Vertx vertx() {
    return Vertx.vertx(options());
  }

  static VertxOptions options() {
    return new VertxOptions()
        .setPreferNativeTransport(true)
        .setEventLoopPoolSize(2)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setClassPathResolvingEnabled(false)
                .setFileCachingEnabled(false));
  }

  /** Waits on a thread of the tool's own, never on an event loop. */
  static <T> T await(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  static String explain(Throwable e) {
    if (e instanceof ExecutionException) {
      return explain(e.getCause());
    } else if (e.getMessage() != null) {
      return e.getMessage();
    }
    return e.getCause() == null ? e.toString() : e + ", caused by " + explain(e.getCause());
  }

  static Object parseJson(String text, CommandSpec spec) {
    try {
      return Json.decodeValue(text);
    } catch (DecodeException e) {
      throw new ParameterException(
          spec.commandLine(),
          "Not JSON: " + text + " (a string needs its quotes: '\"" + text + "\"')",
          e);
    }
  }

  /** Returns a line as a message: a string, or the bytes as they are when they are not UTF-8. */
  static Object message(byte[] line) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      return Buffer.buffer(line);
    }
  }
}
