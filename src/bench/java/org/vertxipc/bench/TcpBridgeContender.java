package org.vertxipc.bench;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.eventbus.bridge.tcp.TcpEventBusBridge;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameHelper;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameParser;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** vertx-tcp-eventbus-bridge, whose bodies are JSON: a buffer is sent as Base64 in an object. */
final class TcpBridgeContender implements Contender {
  private static final int PORT = 45751;

  private final SocketAddress address;

  /**
   * @param socket the path of a Unix socket, or null for TCP over loopback
   */
  TcpBridgeContender(Path socket) {
    this.address =
        socket == null
            ? SocketAddress.inetSocketAddress(PORT, "127.0.0.1")
            : SocketAddress.domainSocketAddress(socket.toString());
  }

  @Override
  public Future<Void> serve(int index) {
    Vertx vertx = Contenders.vertx();
    PermittedOptions all = new PermittedOptions().setAddressRegex("bench\\..*");
    BridgeOptions options = new BridgeOptions().addInboundPermitted(all).addOutboundPermitted(all);
    return Contexts.on(
            vertx,
            context -> {
              Sinks.register(vertx.eventBus());
              return TcpEventBusBridge.create(vertx, options).listen(address);
            })
        .mapEmpty();
  }

  @Override
  public Future<Station> connect(int servers) {
    Vertx vertx = Contenders.vertx();
    SocketLane[] lane = new SocketLane[1];
    return Contexts.on(
            vertx,
            context -> {
              NetClient client = vertx.createNetClient();
              return client
                  .connect(address)
                  .onSuccess(socket -> lane[0] = new SocketLane(client, socket));
            })
        .map(context -> new Station(vertx, context, context, lane[0], null));
  }

  private static final class SocketLane implements Lane {
    // Vert.x closes a client that nobody refers to any more.
    private final NetClient client;
    private final NetSocket socket;
    private final Map<String, Promise<JsonObject>> waiting = new HashMap<>();
    private long replies;

    SocketLane(NetClient client, NetSocket socket) {
      this.client = client;
      this.socket = socket;
      socket.handler(new FrameParser(this::frame));
    }

    @Override
    public String toString() {
      return "socket of " + client;
    }

    private void frame(AsyncResult<JsonObject> frame) {
      if (frame.failed()) {
        frame.cause().printStackTrace();
        return;
      }
      JsonObject message = frame.result();
      Promise<JsonObject> promise = waiting.remove(message.getString("address"));
      if (promise == null) {
        System.err.println("Unexpected: " + message);
      } else {
        promise.complete(message.getJsonObject("body"));
      }
    }

    private static JsonObject json(Object body) {
      return body instanceof JsonObject o ? o : new JsonObject().put("b", body);
    }

    private Future<JsonObject> ask(String to, Object body) {
      Promise<JsonObject> promise = Promise.promise();
      String reply = "r" + replies++;
      waiting.put(reply, promise);
      FrameHelper.sendFrame("send", to, reply, json(body), socket);
      return promise.future();
    }

    @Override
    public void send(Object body) {
      FrameHelper.sendFrame("send", SINK, json(body), socket);
    }

    @Override
    public Future<Long> count(Object body) {
      return ask(SINK, body).map(o -> o.getLong("count"));
    }

    @Override
    public Future<?> echo(Object body) {
      return ask(ECHO, body);
    }

    @Override
    public void publish(Object body) {
      throw new UnsupportedOperationException("a socket leads to only one server");
    }
  }
}
