package org.vertxipc;

import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.transport.Transport;
import java.util.Optional;
import java.util.ServiceLoader;
import org.vertxipc.options.IpcClusterOptions;
import org.vertxipc.options.IpcTransportOptions;
import org.vertxipc.stream.StreamTransport;

/**
 * What Vert.x calls before it builds a Vert.x, and finds by itself.
 *
 * <ul>
 *   <li>It tells an {@link IpcTransport} of the Vert.x that is about to be built with it.
 *   <li>It gives such a transport to a Vert.x that has an {@link IpcClusterManager}, and to each
 *       Vert.x of the process when the system property {@code vertxipc.transport}, or the
 *       environment variable {@code VERTXIPC_TRANSPORT}, says so.
 *   <li>It gives an {@link IpcClusterManager} to a clustered Vert.x for which no other manager is
 *       to be found, or when {@code vertxipc.cluster}, or {@code VERTXIPC_CLUSTER}, says so.
 * </ul>
 *
 * <p>The property and the variable are {@code true} for defaults, {@code false} as if they were
 * absent, or the options as JSON, or the path of a file that holds them.
 */
public final class IpcTransportProvider implements VertxServiceProvider {
  static final Setting<IpcTransportOptions> TRANSPORT =
      new Setting<>("transport", IpcTransportOptions::new, IpcTransportOptions::new);
  static final Setting<IpcClusterOptions> CLUSTER =
      new Setting<>("cluster", IpcClusterOptions::new, IpcClusterOptions::new);

  /** Called by the service loader. */
  public IpcTransportProvider() {}

  @Override
  public void init(VertxBootstrap bootstrap) {
    if (bootstrap.clusterManager() == null && isClustered()) {
      Optional<IpcClusterOptions> options = CLUSTER.get();
      if (options.isPresent() || !isManagerFound()) {
        bootstrap.clusterManager(new IpcClusterManager(options.orElseGet(IpcClusterOptions::new)));
      }
    }
    IpcClusterManager manager =
        bootstrap.clusterManager() instanceof IpcClusterManager ours ? ours : null;
    if (!(bootstrap.transport() instanceof StreamTransport)) {
      Optional<IpcTransportOptions> options =
          manager != null ? Optional.of(manager.transport()) : TRANSPORT.get();
      options.ifPresent(found -> bootstrap.transport(over(bootstrap.transport(), found)));
    }
    if (bootstrap.transport() instanceof StreamTransport transport) {
      transport.mark(bootstrap, manager == null);
    }
  }

  /**
   * Whether a clustered Vert.x is being built. Vert.x tells providers the same in either case, and
   * a jar on the class path must not change a Vert.x that is not clustered.
   */
  private static boolean isClustered() {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("buildClustered")));
  }

  /** Whether there is another cluster manager to be found, which may come later. */
  private static boolean isManagerFound() {
    return ServiceLoader.load(VertxServiceProvider.class).stream()
        .anyMatch(provider -> ClusterManager.class.isAssignableFrom(provider.type()));
  }

  static StreamTransport over(Transport chosen, IpcTransportOptions options) {
    // NIO is also what Vert.x takes when nobody has chosen, or when what was chosen is not there.
    boolean unchosen =
        chosen == null
            || !chosen.isAvailable()
            || chosen == io.vertx.core.transport.Transport.NIO.implementation();
    return new StreamTransport(unchosen ? IpcTransport.best().implementation() : chosen, options);
  }
}
