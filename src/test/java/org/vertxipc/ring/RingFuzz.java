package org.vertxipc.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Fuzzes what a peer may do to a ring in use: write anything anywhere. The input is a sequence of
 * steps: a byte that selects the step, and its arguments. Jazzer calls it.
 */
public final class RingFuzz {
  private static final int CAPACITY = RingLayout.MIN_CAPACITY;
  private static final int SIZE = RingLayout.size(CAPACITY);

  private final ByteBuffer ring = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
  private final ByteBuffer input;
  private RingProducer producer;
  private RingConsumer consumer;

  private RingFuzz(byte[] input) {
    this.input = ByteBuffer.wrap(input);
    RingLayout.initialize(ring, CAPACITY);
    producer = new RingProducer(ring);
    consumer = new RingConsumer(ring);
  }

  public static void fuzzerTestOneInput(byte[] input) {
    RingFuzz fuzz = new RingFuzz(input);
    try {
      while (fuzz.input.remaining() >= 4) {
        fuzz.step();
      }
      fuzz.recover();
    } catch (CorruptRingException e) {
      require(!e.getMessage().isEmpty());
    }
  }

  private void step() {
    int what = input.get() & 7;
    int operand = input.getShort() & 0xffff;
    switch (what) {
      case 0 -> ring.put(operand % SIZE, input.get());
      case 1 -> {
        // This writes a long where longs are: positions, headers of records.
        if (input.remaining() >= 8) {
          ring.putLong(operand % (SIZE / 8) * 8, input.getLong());
        }
      }
      case 2 -> write(operand % (RingLayout.maxPayload(CAPACITY) + 1));
      case 3 -> {
        if (producer.publish()) {
          consumer.unpark();
        }
      }
      case 4, 5 -> poll(1 + operand % (2 * CAPACITY));
      case 6 -> producer = new RingProducer(ring);
      default -> {
        consumer.park();
        consumer.producerWaits();
        consumer = new RingConsumer(ring);
      }
    }
  }

  private void write(int length) {
    int at = producer.claim(length);
    if (at == RingProducer.FULL) {
      producer.awaitRoom(length);
      return;
    }
    require(at >= RingLayout.DATA_OFFSET && at + length <= SIZE);
    for (int i = 0; i < length; i++) {
      ring.put(at + i, (byte) i);
    }
    producer.commit();
  }

  private void poll(int maxBytes) {
    int taken =
        consumer.poll(
            (buffer, at, length) -> {
              require(length >= 0 && at >= RingLayout.DATA_OFFSET && at + length <= SIZE);
              for (int i = 0; i < length; i++) {
                buffer.get(at + i);
              }
            },
            maxBytes);
    require(taken >= 0 && taken <= Math.min(maxBytes, CAPACITY) + CAPACITY);
  }

  /** Checks that intact records are read, and a producer continues, whatever the bytes are. */
  private void recover() {
    RingRecovery.repair(ring, (buffer, at, length, position) -> (position & 8) == 0);
    RingConsumer reader = new RingConsumer(ring);
    while (reader.poll((buffer, at, length) -> {}, CAPACITY) > 0) {
      // The next.
    }
    RingProducer writer = new RingProducer(ring);
    require(writer.claim(8) != RingProducer.FULL);
    writer.commit();
    writer.publish();
    require(reader.poll((buffer, at, length) -> require(length == 8), CAPACITY) > 0);
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError("does not hold");
    }
  }
}
