package org.vertxipc.testing;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;

/** Messages whose arrival can be checked to the last byte: numbered ones, and long ones. */
final class Series {
  private static final int BATCH = 1_000;

  private Series() {}

  /** Sends as many buffers as asked, each with its number, and waits whenever it is to wait. */
  static void send(IpcBridge bridge, String address, int count) throws Exception {
    IpcProducer producer = bridge.sender(address);
    for (int number = 0; number < count; ) {
      Future<Void> last = Future.succeededFuture();
      for (int i = 0; i < BATCH && number < count; i++) {
        last = producer.write(Buffer.buffer().appendInt(number++));
      }
      Await.get(last);
    }
    Await.get(producer.end());
  }

  /** Has a long buffer sent back, and returns its length. */
  static int longEcho(EventBus bus, String address, int bytes) throws Exception {
    byte[] pattern = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      pattern[i] = (byte) (i * 31 + (i >> 8));
    }
    Buffer sent = Buffer.buffer(pattern);
    Buffer back = (Buffer) Await.get(bus.<Object>request(address, sent)).body();
    if (!sent.equals(back)) {
      throw new IllegalStateException("what came back is not what was sent");
    }
    return back.length();
  }
}
