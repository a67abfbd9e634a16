package org.vertxipc;

import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.vertxipc.options.IpcTransportOptions;
import org.vertxipc.stream.StreamTransport;

/**
 * Tells an {@link IpcTransport} of the Vert.x that is about to be built with it, and gives one to
 * each Vert.x of the process when the system property {@code vertxipc.transport}, or the
 * environment variable {@code VERTXIPC_TRANSPORT}, says so: {@code true} for defaults, {@code
 * false} as if it were absent, or the options as JSON, or the path of a file that holds them.
 * Vert.x finds this class by itself.
 */
public final class IpcTransportProvider implements VertxServiceProvider {
  static final String PROPERTY = "vertxipc.transport";
  static final String VARIABLE = "VERTXIPC_TRANSPORT";

  /** Called by the service loader. */
  public IpcTransportProvider() {}

  @Override
  public void init(VertxBootstrap bootstrap) {
    if (!(bootstrap.transport() instanceof StreamTransport)) {
      configured(System.getProperty(PROPERTY), System.getenv(VARIABLE))
          .ifPresent(options -> bootstrap.transport(over(bootstrap.transport(), options)));
    }
    if (bootstrap.transport() instanceof StreamTransport transport) {
      transport.mark(bootstrap);
    }
  }

  static StreamTransport over(Transport chosen, IpcTransportOptions options) {
    // NIO is also what Vert.x takes when nobody has chosen, or when what was chosen is not there.
    boolean unchosen =
        chosen == null
            || !chosen.isAvailable()
            || chosen == io.vertx.core.transport.Transport.NIO.implementation();
    return new StreamTransport(unchosen ? IpcTransport.best().implementation() : chosen, options);
  }

  /** What the property says, or else the variable. */
  static Optional<IpcTransportOptions> configured(String property, String variable) {
    String from = property != null ? "system property " + PROPERTY : "variable " + VARIABLE;
    String text = property != null ? property : variable;
    if (text == null || text.isBlank() || text.equals("false")) {
      return Optional.empty();
    }
    if (text.equals("true")) {
      return Optional.of(new IpcTransportOptions());
    }
    try {
      boolean json = text.stripLeading().startsWith("{");
      String options = json ? text : Files.readString(Path.of(text));
      return Optional.of(new IpcTransportOptions(new JsonObject(options)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The " + from + " is \"" + text + "\", expected true, false, JSON, or a readable file",
          e);
    } catch (DecodeException | IllegalArgumentException e) {
      throw new IllegalArgumentException("The " + from + " is wrong: " + e.getMessage(), e);
    }
  }
}
