package org.vertxipc.testing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.shareddata.ClusterSerializable;

/** A body that is ClusterSerializable. */
public final class Money implements ClusterSerializable {
  private long cents;

  public Money() {}

  public Money(long cents) {
    this.cents = cents;
  }

  public long cents() {
    return cents;
  }

  @Override
  public void writeToBuffer(Buffer buffer) {
    buffer.appendLong(cents);
  }

  @Override
  public int readFromBuffer(int pos, Buffer buffer) {
    cents = buffer.getLong(pos);
    return pos + 8;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Money m && m.cents == cents;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(cents);
  }

  @Override
  public String toString() {
    return "Money " + cents;
  }
}
