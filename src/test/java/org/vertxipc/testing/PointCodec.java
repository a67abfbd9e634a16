package org.vertxipc.testing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** A codec that gives consumers an object of another type than was sent. */
public final class PointCodec implements MessageCodec<PointCodec.Point, PointCodec.Seen> {
  public record Point(int x, int y) {}

  public record Seen(String text) {}

  private final String name;

  public PointCodec(String name) {
    this.name = name;
  }

  @Override
  public void encodeToWire(Buffer buffer, Point p) {
    buffer.appendInt(p.x).appendInt(p.y);
  }

  @Override
  public Seen decodeFromWire(int pos, Buffer buffer) {
    return new Seen(buffer.getInt(pos) + "," + buffer.getInt(pos + 4));
  }

  @Override
  public Seen transform(Point p) {
    return new Seen(p.x + "," + p.y);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
