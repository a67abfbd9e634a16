package org.vertxipc.eventbus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** A codec that stands for another, and says something about the message that has it. */
abstract class StandIn<S, R> implements MessageCodec<S, R> {
  final MessageCodec<S, R> of;

  StandIn(MessageCodec<S, R> of) {
    this.of = of;
  }

  @Override
  public void encodeToWire(Buffer buffer, S body) {
    of.encodeToWire(buffer, body);
  }

  @Override
  public R decodeFromWire(int at, Buffer buffer) {
    return of.decodeFromWire(at, buffer);
  }

  @Override
  public R transform(S body) {
    return of.transform(body);
  }

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public byte systemCodecID() {
    return of.systemCodecID();
  }
}
