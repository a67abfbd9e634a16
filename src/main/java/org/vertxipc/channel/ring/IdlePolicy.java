package org.vertxipc.channel.ring;

/**
 * What a poller does when there is nothing to take.
 *
 * @param mode how it idles
 * @param spinNanos with {@link Mode#PARK}: how long it looks again before it sleeps
 * @param intervalNanos with {@link Mode#POLL}: between two looks
 */
public record IdlePolicy(Mode mode, long spinNanos, long intervalNanos) {
  /** How to idle. */
  public enum Mode {
    /** Look again for a bounded time, then sleep until the doorbell rings. */
    PARK,
    /** Look again for ever. */
    SPIN,
    /** Look again at a fixed interval. */
    POLL
  }
}
