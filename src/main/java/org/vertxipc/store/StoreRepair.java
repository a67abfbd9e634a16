package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.vertxipc.jfr.Flight;
import org.vertxipc.posix.Holes;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingLayout;
import org.vertxipc.ring.RingRecovery;
import org.vertxipc.wire.FrameKind;

/** Checks the file of a store before it is used, and repairs it when nobody else has it open. */
final class StoreRepair {
  private static final Logger log = LoggerFactory.getLogger(StoreRepair.class);

  /** Where the format of the records is: frames of this version of the protocol. */
  static final int FORMAT = RingLayout.USER_OFFSET;

  private StoreRepair() {}

  /** Fails when it is not a store that this version knows. */
  static void check(ByteBuffer ring) {
    RingLayout.validate(ring);
    int format = ring.getInt(FORMAT);
    if (format != FrameKind.PROTOCOL_VERSION) {
      throw new CorruptRingException(
          "holds frames of protocol version "
              + format
              + ", this is version "
              + FrameKind.PROTOCOL_VERSION);
    }
  }

  /**
   * Cuts off what is torn. Only what was ever written is looked at, of a new file almost nothing.
   */
  static void repair(int fd, ByteBuffer ring, Path path, Envelope envelope) {
    long written = Holes.unwrittenFrom(fd, ring.capacity());
    RingRecovery.Result result = RingRecovery.repair(ring, written, envelope);
    if (result.skipped() > 0 || result.cut()) {
      log.warn(path + " had torn records and was repaired: " + result);
      Flight.storeRepaired(path.toString(), result.toString());
    }
  }
}
