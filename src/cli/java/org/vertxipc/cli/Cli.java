package org.vertxipc.cli;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the commands share. */
final class Cli {
  /** How the tool was called, which its start script says. */
  static final String NAME = System.getProperty("vertxipc.cli.name", "vertx-ipc-cli");

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

  /** Returns what is said about a value that an option must not have. */
  static ParameterException invalid(
      CommandSpec spec, String option, Object value, String expected) {
    return new ParameterException(
        spec.commandLine(),
        "Invalid value for option '" + option + "': '" + value + "', expected " + expected);
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
