package org.vertxipc.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.nio.file.Path;
import java.util.List;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.MappedOptions;

/** Our bus. */
final class IpcContender implements Contender {
  private static final List<String> SERVED = List.of(Lane.SINK, Lane.ECHO, Lane.NEWS);

  private final BusOptions bus;

  IpcContender(String transport, String idle, boolean heedLocalOnly, Path directory) {
    this.bus =
        new BusOptions()
            .setName("bench")
            .setTransport(transport)
            .setHeedLocalOnly(heedLocalOnly)
            .setIdle(new IdleOptions().setStrategy(idle))
            .setDirectory(directory.resolve("buses").toString())
            .setMapped(new MappedOptions().setDirectory(directory.resolve("stores").toString()));
  }

  @Override
  public Future<Void> serve(int index) {
    bus.setNode("server-" + index).setExports(SERVED).addImport(Lane.DONE);
    return node(true).mapEmpty();
  }

  /** A node that has nothing to do. */
  Future<Void> idle(int index) {
    bus.setNode("idle-" + index);
    return node(false).mapEmpty();
  }

  private Future<Context> node(boolean serves) {
    Vertx vertx = Contenders.vertx();
    return Contexts.on(
        vertx,
        context -> {
          if (serves) {
            Sinks.register(vertx.eventBus());
          }
          return bridge(vertx).start();
        });
  }

  private IpcBridge bridge(Vertx vertx) {
    return IpcBridge.create(vertx, new IpcBridgeOptions().setBus(bus));
  }

  @Override
  public Future<Station> connect(int servers) {
    bus.setNode("client").setImports(SERVED).addExport(Lane.DONE);
    Vertx vertx = Contenders.vertx();
    IpcBridge[] bridge = new IpcBridge[1];
    return Contexts.on(
            vertx,
            context -> {
              bridge[0] = bridge(vertx);
              return bridge[0].start().compose(v -> bridge[0].awaitExport(Lane.NEWS));
            })
        .compose(
            same ->
                Contexts.on(vertx, context -> Future.succeededFuture())
                    .map(other -> station(vertx, same, other, bridge[0])));
  }

  private static Station station(Vertx vertx, Context same, Context other, IpcBridge bridge) {
    Lane lane = new EventBusLane(vertx.eventBus());
    return new Station(
        vertx, same, other, lane, new Direct(vertx.eventBus(), bridge.sender(Lane.SINK), lane));
  }

  /** Sends through the bridge's own stream, past the local event bus. */
  private record Direct(EventBus bus, IpcProducer sink, Lane lane) implements Lane {
    @Override
    public void send(Object body) {
      sink.write(body).onFailure(Throwable::printStackTrace);
    }

    @Override
    public Future<Long> count(Object body) {
      return lane.count(body);
    }

    @Override
    public Future<?> echo(Object body) {
      return lane.echo(body);
    }

    @Override
    public void publish(Object body) {
      lane.publish(body);
    }
  }
}
