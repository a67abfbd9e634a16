package org.vertxipc;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.vertxipc.bridge.Failures;
import org.vertxipc.bridge.Priority;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;

/**
 * Joins the event bus of a Vert.x with those of other processes on the same host. Once it is
 * started, code keeps using {@code vertx.eventBus()}: an address that a peer exports and this
 * bridge imports behaves as if its consumers were here.
 *
 * <p>Delivery is at most once, or at least once to a node that receives by {@code mapped}, see
 * {@code docs/bus-directory.md}. Messages of one sender to one address arrive in order. A request
 * to a node that dies fails at once.
 *
 * <p>May be used on any thread. All work is done on one event loop: that of the context on which
 * the bridge was created. Code on the same loop needs no hand-over.
 */
public interface IpcBridge {
  /**
   * The header that gives a message a priority, 0 to 32767, on its way to a node that receives by
   * {@code mqueue}: it overtakes those of a lower one. Order is kept within a priority. A reply has
   * the priority of its request, unless it has this header too.
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

  /**
   * Failure code of a message to a link whose program is not running, or ended before it replied.
   */
  int LINK_DOWN = Failures.LINK_DOWN;

  /** Failure code of a request that waited for a reply when the bridge was closed. */
  int CLOSED = Failures.CLOSED;

  /**
   * Creates a bridge without starting it. After its start it ends at the latest with its owner:
   * when the verticle in which this is called is undeployed, or else when the Vert.x is closed.
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
   * @param vertx provides the worker thread
   * @param options the bus: its name and directories
   * @param stores whether to also remove messages that wait for nodes that are not running
   * @param dryRun whether to only return what would be removed
   * @return what was, or would be, removed; fails when the directory is not this user's
   */
  static Future<List<String>> clean(
      Vertx vertx, BusOptions options, boolean stores, boolean dryRun) {
    return IpcBridgeImpl.clean(vertx, options, stores, dryRun);
  }

  /**
   * Returns the bridge of a Vert.x on a bus, for code that did not create it.
   *
   * @param vertx the Vert.x
   * @param bus the name of the bus; when the Vert.x is on several of that name, in different
   *     directories, it is one of their bridges
   * @return the bridge, or null when none is started
   */
  static IpcBridge get(Vertx vertx, String bus) {
    return LocalBridges.get(vertx, bus);
  }

  /**
   * Joins the bus.
   *
   * @return succeeds when the nodes that are already there are connected and have announced their
   *     exports, or after {@link BusOptions#getStartTimeoutMillis}; fails when the bus can't be
   *     joined, with a message that names the call and the path, or the node that already has the
   *     name; or when this Vert.x is already on that bus; or when the owner has ended. A bridge
   *     whose start has failed is closed
   */
  Future<Void> start();

  /**
   * Leaves the bus and removes everything of this node. Requests that wait for a reply of a peer
   * fail with {@link #CLOSED}, and so do waits for an export. It may be called more than once, and
   * is not needed when the owner ends.
   *
   * @return succeeds when nothing is left
   */
  Future<Void> close();

  /**
   * Returns the name of this node.
   *
   * @return unique on the bus
   */
  String node();

  /**
   * Lets others reach an address of this Vert.x.
   *
   * @param address exact
   * @return succeeds when it is announced to the connected peers
   * @throws IllegalArgumentException when the address is empty, has a {@code *}, or is one of
   *     Vert.x itself, which begin with {@code __vertx}
   */
  Future<Void> export(String address);

  /**
   * Stops letting others reach an address.
   *
   * @param address exact
   * @return succeeds when that is announced
   */
  Future<Void> withdraw(String address);

  /**
   * Returns the addresses that others may reach now.
   *
   * @return a snapshot
   */
  Future<Set<String>> exports();

  /**
   * Stops reading messages of peers: their channels to this node fill up, and their senders have to
   * wait. This is for a consumer that can't keep up.
   *
   * @return this
   */
  IpcBridge pause();

  /**
   * Resumes reading after {@link #pause}.
   *
   * @return this
   */
  IpcBridge resume();

  /**
   * Returns the peers that are connected now.
   *
   * @return a snapshot
   */
  Future<List<IpcPeer>> peers();

  /**
   * Reports when a peer comes, announces or withdraws exports, and goes, in this order for each
   * peer. There may be several handlers.
   *
   * @param handler called on the context of this call. An exception that it throws is reported to
   *     that context's exception handler and logged, and has no further effect. The handler is
   *     forgotten when it is removed, when the verticle of that context is undeployed, and when the
   *     bridge is closed
   * @return this
   */
  IpcBridge peerHandler(Handler<IpcPeer> handler);

  /**
   * Removes a handler.
   *
   * @param handler as given to {@link #peerHandler}; nothing happens when it is unknown
   * @return this
   */
  IpcBridge removePeerHandler(Handler<IpcPeer> handler);

  /**
   * Waits without a timeout until some peer exports an address, for code that asks once. {@code
   * Future.timeout} ends the wait for the caller only, because the bridge does not notice it; when
   * there are more than 1,000 such waits for one address, or 10,000 in all, the oldest one fails.
   * Code that asks again and again uses {@link #awaitExport(String, long, TimeUnit)}.
   *
   * @param address exact
   * @return succeeds when one does, on the caller's context; fails with {@link #CLOSED} when the
   *     bridge is closed
   */
  Future<Void> awaitExport(String address);

  /**
   * Waits until some peer exports an address, or a timeout is over, and leaves nothing behind.
   *
   * @param address exact
   * @param timeout 1 or more
   * @param unit of the timeout
   * @return succeeds when one does, on the caller's context; fails with a {@link
   *     java.util.concurrent.TimeoutException}, or with {@link #CLOSED} when the bridge is closed
   */
  Future<Void> awaitExport(String address, long timeout, TimeUnit unit);

  /**
   * Returns a stream that writes to the peers that export an address in turn, with back-pressure:
   * {@code send} of the event bus can't report that the channel is full.
   *
   * @param address exact; it need not be imported
   * @return a producer; it does not write to consumers of this Vert.x
   */
  IpcProducer sender(String address);

  /**
   * Returns a stream that writes to all peers that export an address, with back-pressure.
   *
   * @param address exact; it need not be imported
   * @return a producer; it does not write to consumers of this Vert.x
   */
  IpcProducer publisher(String address);

  /**
   * Returns what the bridge has done so far.
   *
   * @return a snapshot
   */
  IpcStats stats();

  /**
   * Returns what this node shows to others, see {@link IpcBusState}: the counters of {@code
   * docs/counters.md}, as they are now. Any thread may call it.
   *
   * @return in the order in which they were added; counters of a peer go with it
   */
  List<IpcBusState.Count> counters();
}
