package org.vertxipc.examples;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import org.vertxipc.IpcConnection;
import org.vertxipc.IpcTransport;

/**
 * A verticle of a clustered Vert.x whose event bus goes by rings to the processes of its host. Run
 * it first with {@code prices PORT}, and then with {@code shop PORT}, which asks for a price, says
 * how it has reached the other process, and ends.
 *
 * <p>Nothing but one line of {@link #main} differs from any clustered Vert.x.
 */
public final class ClusteredVerticle extends VerticleBase {
  private static final String ADDRESS = "prices.quote";

  @Override
  public Future<?> start() {
    return vertx
        .eventBus()
        .<String>consumer(ADDRESS, tea -> tea.reply(7.5))
        .completion()
        .onSuccess(v -> System.out.println(ADDRESS + " is there"));
  }

  public static void main(String[] args) {
    Vertx.builder()
        .with(LocalCluster.options())
        .withTransport(IpcTransport.create()) // The one line.
        .withClusterManager(LocalCluster.manager(Integer.parseInt(args[1])))
        .buildClustered()
        .compose(vertx -> args[0].equals("prices") ? serve(vertx) : ask(vertx))
        .onFailure(
            e -> {
              System.err.println(e.getMessage());
              // Not here: what is done at the exit needs the event loop.
              new Thread(() -> System.exit(1)).start();
            });
  }

  /** Runs until Ctrl-C. */
  private static Future<Void> serve(Vertx vertx) {
    LocalCluster.closeAtTheEnd(vertx);
    return vertx.deployVerticle(new ClusteredVerticle()).mapEmpty();
  }

  private static Future<Void> ask(Vertx vertx) {
    return vertx
        .eventBus()
        .<Double>request(ADDRESS, "tea")
        .compose(
            price -> {
              System.out.println("tea costs " + price.body());
              boolean rings =
                  IpcTransport.of(vertx).orElseThrow().connections().stream()
                      .allMatch(IpcConnection::ring);
              System.out.println(rings ? "asked by rings" : "asked by TCP");
              return vertx.close();
            })
        .onSuccess(closed -> System.exit(0));
  }
}
