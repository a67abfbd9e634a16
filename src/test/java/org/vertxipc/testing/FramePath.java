package org.vertxipc.testing;

import com.sun.management.ThreadMXBean;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vertxipc.channel.RecordSink;
import org.vertxipc.channel.RecordWriter;
import org.vertxipc.ring.RingConsumer;
import org.vertxipc.ring.RingLayout;
import org.vertxipc.ring.RingProducer;
import org.vertxipc.wire.FrameAssembler;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.MessageDecoder;
import org.vertxipc.wire.MessageEncoder;
import org.vertxipc.wire.SerializableBodies;

/**
 * The path of a message's frame, without the event bus at either end: encoder, sender, ring,
 * assembler, decoder up to the body. It counts what the thread allocates. It is here and not with
 * the benchmark, because a test uses it too.
 */
public final class FramePath {
  private static final int CAPACITY = 1 << 20;
  private static final int BATCH = 100;

  private final ByteBuffer memory =
      ByteBuffer.allocateDirect(RingLayout.size(CAPACITY)).order(ByteOrder.nativeOrder());
  private final Object body;
  private final MessageEncoder encoder = new MessageEncoder(SerializableBodies.NONE);
  private final MessageDecoder decoder = new MessageDecoder(SerializableBodies.NONE);
  private final FrameAssembler assembler = new FrameAssembler(1 << 20);
  private final FrameSender sender;
  private final RingConsumer consumer;
  private final RingConsumer.RecordHandler records;
  private final Sink sink;
  private long taken;

  public FramePath() {
    this(Buffer.buffer(new byte[64]));
  }

  public FramePath(Object body) {
    this.body = body;
    RingLayout.initialize(memory, CAPACITY);
    sink = new Sink(memory, new RingProducer(memory));
    sender = new FrameSender(sink, 1 << 20);
    consumer = new RingConsumer(memory);
    FrameAssembler.FrameHandler frames = frame -> taken += decoder.wrap(frame).target();
    records = (in, at, length) -> assembler.onRecord(in, at, length, frames);
  }

  /** The results of one run. */
  public record Figures(long messages, double seconds, long allocatedBytes) {
    public double rate() {
      return messages / seconds;
    }

    public double bytesPerMessage() {
      return (double) allocatedBytes / messages;
    }
  }

  /** Passes messages on for that long, on this thread. */
  public Figures run(long nanos) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long start = System.nanoTime();
    long messages = 0;
    long allocated = threads.getThreadAllocatedBytes(thread);
    while (System.nanoTime() - start < nanos) {
      batch();
      messages += BATCH;
    }
    allocated = threads.getThreadAllocatedBytes(thread) - allocated;
    return new Figures(messages, (System.nanoTime() - start) / 1e9, allocated);
  }

  private void batch() {
    long expected = taken + BATCH;
    for (int i = 0; i < BATCH; i++) {
      if (!sender.offer(encoder.to(FrameKind.SEND, 1, 0).takesBinaryJson(true).body(null, body))) {
        throw new IllegalStateException("full");
      }
    }
    sink.flush();
    while (consumer.poll(records, 16 * 1024) > 0) {
      assert taken <= expected;
    }
    if (taken != expected) {
      throw new IllegalStateException(taken + " of " + expected);
    }
  }

  private record Sink(ByteBuffer buffer, RingProducer producer) implements RecordSink {
    @Override
    public int maxRecord() {
      return producer.maxPayload();
    }

    @Override
    public boolean write(int length, RecordWriter record) {
      int at = producer.claim(length);
      if (at == RingProducer.FULL) {
        return false;
      }
      record.write(buffer, at);
      producer.commit();
      return true;
    }

    @Override
    public void flush() {
      if (producer.publish()) {
        throw new IllegalStateException("nobody sleeps here");
      }
    }
  }
}
