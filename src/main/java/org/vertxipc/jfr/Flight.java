package org.vertxipc.jfr;

/**
 * Tells Java Flight Recorder what happens. May be used on any thread. Does nothing in a Java
 * without the module {@code jdk.jfr}.
 */
public final class Flight {
  private static final boolean IS_THERE = isThere();

  private Flight() {}

  private static boolean isThere() {
    try {
      Class.forName("jdk.jfr.Event", false, Flight.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * A peer is connected.
   *
   * @param bus name of the bus
   * @param node name of this node
   * @param peer name of the peer
   * @param transport by which the peer receives
   */
  public static void peerUp(String bus, String node, String peer, String transport) {
    if (IS_THERE) {
      PeerUpEvent event = new PeerUpEvent();
      if (event.isEnabled()) {
        event.bus = bus;
        event.node = node;
        event.peer = peer;
        event.transport = transport;
        event.commit();
      }
    }
  }

  /**
   * A peer is gone.
   *
   * @param bus name of the bus
   * @param node name of this node
   * @param peer name of the peer
   * @param reason why
   * @param orderly whether it has left by itself
   */
  public static void peerDown(
      String bus, String node, String peer, String reason, boolean orderly) {
    if (IS_THERE) {
      PeerDownEvent event = new PeerDownEvent();
      if (event.isEnabled()) {
        event.bus = bus;
        event.node = node;
        event.peer = peer;
        event.reason = reason;
        event.orderly = orderly;
        event.commit();
      }
    }
  }

  /**
   * More than half of what may wait for a peer waits, because its channel has no room.
   *
   * @param peer name of the peer
   * @param waiting how much waits, in bytes
   */
  public static void queueFilling(String peer, long waiting) {
    if (IS_THERE) {
      QueueFillingEvent event = new QueueFillingEvent();
      if (event.isEnabled()) {
        event.peer = peer;
        event.waiting = waiting;
        event.commit();
      }
    }
  }

  /**
   * A store had torn records, or was damaged, and has been repaired.
   *
   * @param path of its file
   * @param result what was found
   */
  public static void storeRepaired(String path, String result) {
    if (IS_THERE) {
      StoreRepairedEvent event = new StoreRepairedEvent();
      if (event.isEnabled()) {
        event.path = path;
        event.result = result;
        event.commit();
      }
    }
  }

  /**
   * A connection of a clustered event bus is there.
   *
   * @param remote address of the other end
   * @param byRing whether it goes by rings, and not by TCP
   * @param reason why not by rings; null when it does, or when nothing is known
   */
  public static void connection(String remote, boolean byRing, String reason) {
    if (IS_THERE) {
      ConnectionEvent event = new ConnectionEvent();
      if (event.isEnabled()) {
        event.remote = remote;
        event.byRing = byRing;
        event.reason = reason;
        event.commit();
      }
    }
  }
}
