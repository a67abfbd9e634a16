package org.vertxipc.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;

/**
 * An endless stream of messages, as many as there is room for. Each contains its sender, its number
 * and a checksum, which show whether it arrived intact and in order. They have many lengths, up to
 * some that are sent in fragments.
 */
public final class Torrent {
  private static final int HEAD = 16;
  private static final int MAX_BODY = 20_000;
  private static final int TICK_MESSAGES = 100;

  private Torrent() {}

  /** Starts to send, and continues until the bridge is closed. */
  public static void start(Vertx vertx, IpcBridge bridge, String address, long sender) {
    IpcProducer producer = bridge.sender(address);
    Random random = new Random(sender);
    Run run = new Run(sender << 32);
    vertx.setPeriodic(
        1,
        id -> {
          for (int i = 0; i < TICK_MESSAGES && !producer.writeQueueFull(); i++) {
            long of = run.id;
            Future<Void> written = producer.write(message(random, of, run.number));
            if (written.failed()) {
              return; // Nobody is there; the number is used again.
            }
            run.number++;
            written.onFailure(e -> run.endIf(of));
          }
        });
  }

  /** A run of numbers without a gap: a message that was not sent after all begins another run. */
  private static final class Run {
    private long id;
    private int number;

    Run(long id) {
      this.id = id;
    }

    void endIf(long failed) {
      if (id == failed) {
        id++;
        number = 0;
      }
    }
  }

  private static Buffer message(Random random, long sender, int number) {
    int length = random.nextInt(16) == 0 ? random.nextInt(MAX_BODY) : random.nextInt(200);
    byte[] body = new byte[length];
    random.nextBytes(body);
    Buffer message = Buffer.buffer(HEAD + length).appendLong(sender).appendInt(number);
    CRC32C crc = new CRC32C();
    crc.update(message.getBytes());
    crc.update(body);
    return message.appendInt((int) crc.getValue()).appendBytes(body);
  }

  /** Checks what arrives. One thread only. */
  public static final class Check {
    private final Map<Long, Integer> last = new HashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /**
     * Looks at what comes to an address of a node, and takes what its peer says of what comes
     * there.
     *
     * @return where it is told what is wrong
     */
    public Queue<String> listen(Vertx vertx, String address) {
      Queue<String> wrong = new ConcurrentLinkedQueue<>();
      vertx
          .eventBus()
          .<Buffer>consumer(
              address,
              m -> {
                String bad = look(m.body());
                if (bad != null) {
                  wrong.add(bad);
                }
              });
      vertx.eventBus().<String>consumer(TestNode.WRONG, m -> wrong.add(m.body()));
      return wrong;
    }

    /** Returns what is wrong with a message, or null. */
    public String look(Buffer message) {
      CRC32C crc = new CRC32C();
      crc.update(message.getBytes(0, HEAD - 4));
      crc.update(message.getBytes(HEAD, message.length()));
      long sender = message.getLong(0);
      int number = message.getInt(8);
      if ((int) crc.getValue() != message.getInt(12)) {
        return "torn: " + number + " of " + sender + ", " + message.length() + " bytes";
      }
      Integer before = last.put(sender, number);
      count.incrementAndGet();
      if (before != null && number != before + 1) {
        return number + " of " + sender + " came after " + before;
      }
      return null;
    }

    public int count() {
      return count.get();
    }
  }
}
