package org.vertxipc.ring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.vertxipc.testing.Slabs;

/**
 * Runs the two ends of a ring on two threads, millions of times, and checks which results the
 * memory model allows. {@code mvn -Pjcstress verify} runs it.
 */
public class RingStress {
  private static final int CAPACITY = 4096;
  private static final int SIZE = RingLayout.size(CAPACITY);
  private static final int LONGEST = RingLayout.maxPayload(CAPACITY);
  private static final Slabs SLABS = new Slabs(SIZE);

  private RingStress() {}

  /** A ring and its two ends. Thousands of states are made, so their memory comes from slabs. */
  public abstract static class Ring {
    final ByteBuffer buffer;
    final RingProducer producer;
    final RingConsumer consumer;
    // What the consumer has seen, in the order of the reads.
    int first;
    int second;
    int records;

    Ring() {
      buffer = SLABS.next();
      RingLayout.initialize(buffer, CAPACITY);
      producer = new RingProducer(buffer);
      consumer = new RingConsumer(buffer);
    }

    final boolean write(int length, int value) {
      int at = producer.claim(length);
      if (at == RingProducer.FULL) {
        return false;
      }
      buffer.putInt(at, value);
      buffer.putInt(at + length - 4, value);
      producer.commit();
      return true;
    }

    /** Takes what is there. A record whose two ends differ is torn, and counts as -1. */
    final void take() {
      consumer.poll(this::onRecord, CAPACITY);
    }

    private void onRecord(ByteBuffer bytes, int at, int length) {
      int value = bytes.getInt(at);
      int seen = value == bytes.getInt(at + length - 4) ? value : -1;
      if (records++ == 0) {
        first = seen;
      } else {
        second = seen;
      }
    }

    final void fill(int value) {
      while (write(LONGEST, value)) {
        producer.publish();
      }
    }
  }

  /** Tests RingProducer.publish with RingConsumer.poll: a record is seen whole or not at all. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "1, 7", expect = ACCEPTABLE, desc = "whole")
  @Outcome(expect = FORBIDDEN, desc = "torn")
  @State
  public static class PublishConsume extends Ring {
    @Actor
    public void produce() {
      write(64, 7);
      producer.publish();
    }

    @Actor
    public void consume(II_Result r) {
      take();
      r.r1 = records;
      r.r2 = first;
    }
  }

  /** Tests that a batch is seen as one: both of its records, or neither. */
  @JCStressTest
  @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "2, 7, 8", expect = ACCEPTABLE, desc = "both")
  @Outcome(expect = FORBIDDEN, desc = "a part of a batch")
  @State
  public static class Batch extends Ring {
    @Actor
    public void produce() {
      write(64, 7);
      write(64, 8);
      producer.publish();
    }

    @Actor
    public void consume(III_Result r) {
      take();
      r.r1 = records;
      r.r2 = first;
      r.r3 = second;
    }
  }

  /** Tests a record that does not fit before the end: it goes over old bytes, after padding. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "1, 7", expect = ACCEPTABLE, desc = "whole")
  @Outcome(expect = FORBIDDEN, desc = "torn, or of the round before")
  @State
  public static class Wrap extends Ring {
    public Wrap() {
      fill(1);
      take();
      records = 0;
      first = 0;
    }

    @Actor
    public void produce() {
      write(LONGEST, 7);
      producer.publish();
    }

    @Actor
    public void consume(II_Result r) {
      take();
      r.r1 = records;
      r.r2 = first;
    }
  }

  /** Tests that the producer overwrites nothing that the consumer still reads. */
  @JCStressTest
  @Outcome(id = "[01], 1", expect = ACCEPTABLE, desc = "the old record")
  @Outcome(expect = FORBIDDEN, desc = "the new record, or a torn one")
  @State
  public static class Overwrite extends Ring {
    public Overwrite() {
      fill(1);
    }

    @Actor
    public void produce(II_Result r) {
      r.r1 = write(LONGEST, 7) ? 1 : 0;
      producer.publish();
    }

    @Actor
    public void consume(II_Result r) {
      consumer.poll(
          (bytes, at, length) -> {
            int value = bytes.getInt(at);
            r.r2 = value == bytes.getInt(at + length - 4) ? value : -1;
          },
          1);
    }
  }

  /**
   * Tests RingProducer.publish with RingConsumer.park: the consumer never sleeps while there is a
   * record, unless the bell rings.
   */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "seen, so it does not sleep")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "it sleeps, and the bell rings")
  @Outcome(
      id = "1, 0",
      expect = ACCEPTABLE,
      desc = "both: the bell rings for a consumer that is awake")
  @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "the wake-up is lost")
  @State
  public static class Park extends Ring {
    @Actor
    public void produce(II_Result r) {
      write(8, 7);
      r.r1 = producer.publish() ? 1 : 0;
    }

    @Actor
    public void consume(II_Result r) {
      r.r2 = consumer.park() ? 1 : 0;
    }
  }

  /**
   * Tests RingProducer.awaitRoom with RingConsumer.producerWaits: the producer never waits for room
   * that is there, unless the bell rings.
   */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "there is room by now")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "it waits, and the bell rings")
  @Outcome(
      id = "1, 1",
      expect = ACCEPTABLE,
      desc = "both: the bell rings for a producer that does not wait")
  @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "it waits for ever")
  @State
  public static class Room extends Ring {
    public Room() {
      fill(1);
    }

    @Actor
    public void produce(II_Result r) {
      r.r1 = producer.awaitRoom(LONGEST) ? 1 : 0;
    }

    @Actor
    public void consume(II_Result r) {
      take();
      r.r2 = consumer.producerWaits() ? 1 : 0;
    }
  }

  /** Tests a whole exchange: whatever each side saw, nothing is left over or duplicated. */
  @JCStressTest
  @Outcome(id = "1, [01], 7, 0", expect = ACCEPTABLE, desc = "taken at once, or by the arbiter")
  @Outcome(expect = FORBIDDEN, desc = "lost, duplicated or torn")
  @State
  public static class Once extends Ring {
    @Actor
    public void produce() {
      write(LONGEST, 7);
      producer.publish();
    }

    @Actor
    public void consume(IIII_Result r) {
      take();
      r.r2 = records;
    }

    @Arbiter
    public void rest(IIII_Result r) {
      take();
      r.r1 = records;
      r.r3 = first;
      r.r4 = second;
    }
  }
}
