package org.vertxipc.examples;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;

/**
 * Ping-pong between two processes. Run it twice, in any order: once with {@code pong BUS} and once
 * with {@code ping BUS}. Nothing but the two addresses connects them.
 */
public final class PingPong {
  private static final int ROUNDS = 1000;

  private PingPong() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    if (args[0].equals("pong")) {
      pong(vertx, args[1]);
    } else {
      ping(vertx, args[1]);
    }
  }

  private static void pong(Vertx vertx, String bus) {
    BusOptions options = new BusOptions().setName(bus).setNode("pong").addExport("game.ball");
    IpcBridge bridge = IpcBridge.create(vertx, new IpcBridgeOptions().setBus(options));
    vertx.eventBus().<Integer>consumer("game.ball", ball -> ball.reply(ball.body() + 1));
    // This process ends when the other player leaves.
    bridge.peerHandler(
        peer -> {
          if (!peer.up()) {
            System.out.println(peer.node() + " left: " + peer.reason());
            end(vertx, bridge);
          }
        });
    bridge.start().onFailure(e -> fail(vertx, e));
  }

  private static void ping(Vertx vertx, String bus) {
    BusOptions options = new BusOptions().setName(bus).setNode("ping").addImport("game.*");
    IpcBridge bridge = IpcBridge.create(vertx, new IpcBridgeOptions().setBus(options));
    bridge
        .start()
        .compose(v -> bridge.awaitExport("game.ball", 20, TimeUnit.SECONDS))
        .onSuccess(v -> play(vertx, bridge, 0, System.nanoTime()))
        .onFailure(e -> fail(vertx, e));
  }

  private static void play(Vertx vertx, IpcBridge bridge, int ball, long start) {
    if (ball == ROUNDS) {
      long micros = (System.nanoTime() - start) / 1000 / ROUNDS;
      System.out.println(ROUNDS + " rounds, " + micros + " µs each");
      end(vertx, bridge);
      return;
    }
    // This is the plain event bus: the consumer is in the other process.
    vertx
        .eventBus()
        .<Integer>request("game.ball", ball)
        .onSuccess(reply -> play(vertx, bridge, reply.body(), start))
        .onFailure(e -> fail(vertx, e));
  }

  private static void end(Vertx vertx, IpcBridge bridge) {
    bridge.close().eventually(vertx::close).onComplete(v -> System.exit(0));
  }

  private static void fail(Vertx vertx, Throwable e) {
    System.err.println(e.getMessage());
    vertx.close().onComplete(v -> System.exit(1));
  }
}
