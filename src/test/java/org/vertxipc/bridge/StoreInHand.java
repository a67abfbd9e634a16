package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.vertxipc.store.Outbox;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.MessageDecoder;
import org.vertxipc.wire.SerializableBodies;

/**
 * A store that a test fills, lets refuse, and lets say when a message is safe. Belongs to the loop
 * of the outlet that writes to it.
 */
final class StoreInHand implements Outbox {
  private static final SerializableBodies BODIES = SerializableBodies.of(List.of());

  final List<String> kept = new ArrayList<>();
  final Queue<FrameSender.Completion> unsafe = new ArrayDeque<>();
  long number;
  long origin;
  boolean publish;
  MultiMap headers;
  boolean atOnce;
  boolean refuses;
  boolean full;

  @Override
  public boolean offer(FrameWriter frame, FrameSender.Completion safe) {
    if (refuses) {
      return false;
    }
    ByteBuffer bytes = ByteBuffer.allocate(frame.length());
    frame.write(bytes, 0);
    MessageDecoder in =
        new MessageDecoder(BODIES).wrap(new Frame().set(bytes, 0, bytes.capacity(), null, 0));
    kept.add(in.storedAddress() + " " + in.encodedBody().decode(BODIES));
    publish = in.kind() == FrameKind.PUBLISH;
    number = in.number();
    origin = in.origin();
    headers = in.headers();
    if (atOnce) {
      safe.done(true);
    } else {
      unsafe.add(safe);
    }
    return true;
  }

  @Override
  public boolean isFull() {
    return full;
  }

  @Override
  public int maxMessage() {
    return 1_000;
  }
}
