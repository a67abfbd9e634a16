package org.vertxipc.bridge;

/** What a bridge has done so far. Written on the bridge's context, read by anyone. */
public final class Counters {
  /** Messages written to peers. */
  public final Counter sent = new Counter();

  /** Messages of peers delivered here. */
  public final Counter received = new Counter();

  /** Peers that died or were cut off. */
  public final Counter lostPeers = new Counter();

  Counters() {}
}
