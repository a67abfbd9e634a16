package org.vertxipc.cli;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import picocli.CommandLine.Option;

/** How a command shows the body of a message. */
final class JsonOutput {
  @Option(names = "--pretty", description = "Print JSON on several lines, indented.")
  boolean pretty;

  String text(Object body) {
    Object value = body instanceof Buffer b ? b.toString() : body;
    return pretty ? Json.encodePrettily(value) : Json.encode(value);
  }
}
