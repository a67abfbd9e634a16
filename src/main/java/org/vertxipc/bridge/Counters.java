package org.vertxipc.bridge;

import java.util.concurrent.atomic.LongAdder;

/** What a bridge has done so far. Written on the bridge's context, read by anyone. */
public final class Counters {
  /** Messages written to peers. */
  public final LongAdder sent = new LongAdder();

  /** Messages of peers delivered here. */
  public final LongAdder received = new LongAdder();

  /** Messages of peers to addresses that are not exported. */
  public final LongAdder refused = new LongAdder();

  /** Messages that failed because too much waited for the peer. */
  public final LongAdder overflowed = new LongAdder();

  /** Messages that could not be encoded here or decoded here. */
  public final LongAdder undecodable = new LongAdder();

  /** Peers that died or were cut off. */
  public final LongAdder lostPeers = new LongAdder();

  Counters() {}
}
