package org.vertxipc.bridge;

/**
 * What a bridge has done so far. The counters are written on the bridge's context and read by
 * anyone. A message that did not arrive is counted once: by {@link #losses}, or by one of the
 * counters that name the same reason.
 */
public final class Counters {
  /** Messages written to peers. */
  public final Counter sent = new Counter();

  /** Messages of peers delivered here. */
  public final Counter received = new Counter();

  /** Messages of peers to addresses that are not exported. */
  public final Counter refused = new Counter();

  /** Messages that failed because too much waited for the peer. */
  public final Counter overflowed = new Counter();

  /** Messages that could not be encoded here or decoded here. */
  public final Counter undecodable = new Counter();

  /** Peers that died or were cut off. */
  public final Counter lostPeers = new Counter();

  /** Messages that did not arrive, by reason. */
  public final Losses losses = new Losses();

  Counters() {}
}
