package org.vertxipc;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import org.vertxipc.bridge.Failures;
import org.vertxipc.bridge.Priority;

/**
 * Joins the event bus of a Vert.x with those of other processes on the same host. Once it is
 * started, code keeps using {@code vertx.eventBus()}: an address that a peer exports and this
 * bridge imports behaves as if its consumers were here.
 *
 * <p>Delivery is at most once; to a node that receives by {@code mapped} it is at least once, see
 * {@code docs/bus-directory.md}. Messages of one sender to one address arrive in order. A request
 * to a node that dies fails at once.
 *
 * <p>May be used on any thread. All work is done on one event loop: that of the context on which
 * the bridge was created. Code on the same loop has the shortest way.
 */
public interface IpcBridge {
  /**
   * The header that gives a message a priority, 0 to 32767, on its way to a node that receives by
   * {@code mqueue}: it overtakes those of a lower one. Order is kept within a priority. A reply has
   * the priority of what it answers, unless it has this header too.
   */
  String PRIORITY_HEADER = Priority.HEADER;

  /** Failure code of a request whose node died or left before it replied. */
  int NODE_GONE = Failures.NODE_GONE;

  /** Failure code of a message to an address that the node does not export. */
  int NOT_EXPORTED = Failures.NOT_EXPORTED;

  /** Failure code of a message for which there is no room in the channel and its queue. */
  int QUEUE_FULL = Failures.QUEUE_FULL;

  /** Failure code of a message whose body can't be encoded or decoded. */
  int CODEC = Failures.CODEC;

  /** Failure code of a message that is longer than configured. */
  int TOO_LARGE = Failures.TOO_LARGE;

  /** Failure code of a request that waited for a reply when the bridge was closed. */
  int CLOSED = Failures.CLOSED;

  /**
   * A bridge, not started.
   *
   * @param vertx the Vert.x whose event bus it joins
   * @param options what to join and how
   * @return the bridge
   * @throws IllegalArgumentException when an option is wrong, naming all that are
   */
  static IpcBridge create(Vertx vertx, IpcBridgeOptions options) {
    return new IpcBridgeImpl(vertx, options);
  }

  /**
   * Removes what dead nodes of a bus left: their files, and the queues and segments that these
   * name. Nodes do that themselves when they start, and when they see another die; this is for when
   * none will.
   *
   * @param vertx does it on a worker thread
   * @param options the bus: its name and directories
   * @param stores whether to remove, too, messages that wait for nodes that are not there
   * @param dryRun only tell what would be removed
   * @return what was, or would be, removed; fails when the directory is not this user's
   */
  static Future<List<String>> clean(
      Vertx vertx, BusOptions options, boolean stores, boolean dryRun) {
    return IpcBridgeImpl.clean(vertx, options, stores, dryRun);
  }

  /**
   * The bridge of a Vert.x that is on a bus, for code that did not create it.
   *
   * @param vertx the Vert.x
   * @param bus the name of the bus
   * @return the bridge, or null when none is started
   */
  static IpcBridge get(Vertx vertx, String bus) {
    return IpcBridgeImpl.get(vertx, bus);
  }

  /**
   * Joins the bus.
   *
   * @return done when the nodes that are there are connected and have announced their exports, or
   *     after {@link BusOptions#getStartTimeoutMillis}; failed when the bus can't be joined, with a
   *     message that names the call and the path, or the node that has the name already
   */
  Future<Void> start();

  /**
   * Leaves the bus and removes everything of this node. Requests that wait for a reply of a peer
   * fail with {@link #CLOSED}. May be called again.
   *
   * @return done when nothing is left
   */
  Future<Void> close();

  /**
   * The name of this node.
   *
   * @return unique on the bus
   */
  String node();

  /**
   * Lets others reach an address of this Vert.x.
   *
   * @param address exact
   * @return done when it is announced to the peers that are there
   */
  Future<Void> export(String address);

  /**
   * Lets others reach an address no longer.
   *
   * @param address exact
   * @return done when that is announced
   */
  Future<Void> withdraw(String address);

  /**
   * The addresses that others may reach now.
   *
   * @return a snapshot
   */
  Future<Set<String>> exports();

  /**
   * Stops to take messages of peers: their channels to this node fill up, and their senders are
   * told to wait. For a consumer that can't keep up.
   *
   * @return this
   */
  IpcBridge pause();

  /**
   * Goes on after {@link #pause}.
   *
   * @return this
   */
  IpcBridge resume();

  /**
   * The peers that are connected now.
   *
   * @return a snapshot
   */
  Future<List<IpcPeer>> peers();

  /**
   * Tells of peers that come, announce or withdraw exports, and go.
   *
   * @param handler called on the bridge's context
   * @return this
   */
  IpcBridge peerHandler(Handler<IpcPeer> handler);

  /**
   * Waits until some peer exports an address.
   *
   * @param address exact
   * @return done when one does; the caller bounds the wait, with {@code Future.timeout}
   */
  Future<Void> awaitExport(String address);

  /**
   * Writes to one peer after the other that exports an address, with back-pressure: {@code send} of
   * the event bus has no way to say that the channel is full.
   *
   * @param address exact; it need not be imported
   * @return a producer; consumers of this Vert.x are not among its receivers
   */
  IpcProducer sender(String address);

  /**
   * Writes to all peers that export an address, with back-pressure.
   *
   * @param address exact; it need not be imported
   * @return a producer; consumers of this Vert.x are not among its receivers
   */
  IpcProducer publisher(String address);

  /**
   * What the bridge has done so far.
   *
   * @return a snapshot
   */
  IpcStats stats();
}
