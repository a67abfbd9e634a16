package org.vertxipc.reactor;

/**
 * Runs a task of the event loop again and again, whenever it asks for it, so that the loop does not
 * sleep. Other tasks run in between; the loop's descriptors have their turn after a given time, for
 * which a task that queues itself would make them wait. One thread only: the reactor's.
 */
public final class Repeater {
  private final Reactor reactor;
  private final Runnable soon;
  private final Runnable nextTurn;
  private final long descriptorsNanos;
  private long descriptorsAt;

  /**
   * A repeater, at rest.
   *
   * @param reactor of the loop
   * @param task run as it is: {@link Reactor#bind} it when it runs users' code
   * @param descriptorsNanos how long descriptors wait at most, in nanoseconds
   */
  public Repeater(Reactor reactor, Runnable task, long descriptorsNanos) {
    this.reactor = reactor;
    this.soon = task;
    this.nextTurn = reactor.perTurn(task);
    this.descriptorsNanos = descriptorsNanos;
  }

  /**
   * Queues the task once; it costs no allocation.
   *
   * @param now {@link System#nanoTime}, which the caller has at hand
   */
  public void again(long now) {
    if (now - descriptorsAt < descriptorsNanos) {
      reactor.execute(soon);
    } else {
      descriptorsAt = now;
      nextTurn.run();
    }
  }
}
