package org.vertxipc.channel.ring;

/** A ring as the poller sees it. */
interface PolledRing {
  /** Whether there is something to take. */
  boolean isReady();

  /** Gives for how long looking has found nothing: 0 at the first look in vain. */
  long silentFor(long now);

  /** Has the writer ring from now on, unless something is there already: false then. */
  boolean park();

  /** Gives whether the ring was parked, and is no longer. */
  boolean unpark();

  /** Whether its memory can be taken away, as by truncating a file. */
  boolean isFragile();

  /** Ends it when its memory is what a fault was about: false then. */
  boolean endIfDamaged(InternalError fault);

  /** Hands over what is there, about so many bytes: whether there was something. */
  boolean poll(int maxBytes);
}
