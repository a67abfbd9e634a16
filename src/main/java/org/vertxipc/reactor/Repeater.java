package org.vertxipc.reactor;

/**
 * Runs a task of the event loop again whenever the task asks for it, so that the loop does not
 * sleep. Other tasks run in between; the loop's descriptors have their turn after a given time,
 * while a task that queues itself could make them wait for longer. One thread only: the reactor's.
 */
public final class Repeater {
  private final Reactor reactor;
  private final Runnable soon;
  private final Runnable nextTurn;
  private final long descriptorsNanos;
  private long descriptorsAt;

  /**
   * Creates a repeater, at rest.
   *
   * @param reactor of the loop
   * @param task run as it is; {@link Reactor#bind} it when it runs user code
   * @param descriptorsNanos how long descriptors wait at most, in nanoseconds
   */
  public Repeater(Reactor reactor, Runnable task, long descriptorsNanos) {
    this.reactor = reactor;
    this.soon = task;
    this.nextTurn = reactor.perTurn(task);
    this.descriptorsNanos = descriptorsNanos;
  }

  /**
   * Queues the task once, without allocation.
   *
   * @param now {@link System#nanoTime}, which the caller already has
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
