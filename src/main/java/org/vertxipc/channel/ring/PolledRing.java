package org.vertxipc.channel.ring;

/** A ring as the poller sees it. */
interface PolledRing {
  /** Returns whether there is something to take. */
  boolean isReady();

  /** Returns for how long checks have found nothing; 0 at the first vain check. */
  long silentFor(long now);

  /**
   * Makes the writer ring from now on; returns false, without effect, when something is there
   * already.
   */
  boolean park();

  /** Unparks the ring; returns whether it was parked. */
  boolean unpark();

  /** Returns whether its memory can be truncated, because it is in a file. */
  boolean isFragile();

  /** Ends the ring when a fault concerns its memory; returns whether the ring is unharmed. */
  boolean endIfDamaged(InternalError fault);

  /** Hands over what is there, up to about this many bytes; returns whether there was something. */
  boolean poll(int maxBytes);
}
