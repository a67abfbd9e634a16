package org.vertxipc;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.vertxipc.cluster.ClusterListener;
import org.vertxipc.cluster.ClusterLocks;
import org.vertxipc.cluster.ClusterNode;

/**
 * Tells Vert.x what happens in the cluster. Listeners of nodes have a thread of their own, because
 * that of high availability blocks. Thread-safe.
 */
final class ClusterEvents implements ClusterListener {
  private static final Logger log = LoggerFactory.getLogger(ClusterEvents.class);

  private final String self;
  private final Map<String, List<RegistrationInfo>> local = new ConcurrentHashMap<>();
  private final ExecutorService teller;
  private ClusterNode node;
  private ClusterLocks locks;
  private volatile List<String> members = List.of();
  private volatile NodeListener nodeListener;
  private volatile RegistrationListener registrationListener;

  ClusterEvents(String self) {
    this.self = self;
    this.teller =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "vertx-ipc-cluster-events");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Called before the node joins. */
  void of(ClusterNode ofNode, ClusterLocks ofLocks) {
    node = ofNode;
    locks = ofLocks;
  }

  void nodeListener(NodeListener listener) {
    nodeListener = listener;
  }

  void registrationListener(RegistrationListener listener) {
    // That of a Vert.x that is refused, because another one has the manager, comes later.
    if (registrationListener == null) {
      registrationListener = listener;
    }
  }

  List<String> members() {
    return members;
  }

  /** Waits until everything that has happened before is told. */
  void awaitTold() throws InterruptedException, ExecutionException {
    teller.submit(() -> {}).get();
  }

  private void tell(Runnable event) {
    try {
      teller.execute(event);
    } catch (RejectedExecutionException e) {
      log.debug("This node has left before it was told of another", e);
    }
  }

  @Override
  public void joined(String name, List<String> then) {
    tell(
        () -> {
          members = then;
          NodeListener listener = nodeListener;
          if (listener != null && !name.equals(self)) {
            listener.nodeAdded(name);
          }
        });
  }

  @Override
  public void left(String name, List<String> then) {
    tell(
        () -> {
          members = then;
          NodeListener listener = nodeListener;
          if (listener != null && !name.equals(self)) {
            listener.nodeLeft(name);
          }
        });
  }

  @Override
  public void registrationsChanged(String address) {
    RegistrationListener listener = registrationListener;
    if (listener != null && listener.wantsUpdatesFor(address)) {
      listener.registrationsUpdated(new RegistrationUpdateEvent(address, registrations(address)));
    }
  }

  @Override
  public void granted(String lock, long ticket) {
    locks.granted(lock, ticket);
  }

  @Override
  public void broken(Throwable cause) {
    locks.failAll(cause);
  }

  /** Consumers that are nobody else's business. */
  void addLocal(String address, RegistrationInfo registration) {
    local.computeIfAbsent(address, a -> new CopyOnWriteArrayList<>()).add(registration);
    registrationsChanged(address);
  }

  void removeLocal(String address, RegistrationInfo registration) {
    local.computeIfPresent(
        address,
        (a, all) -> {
          all.remove(registration);
          return all.isEmpty() ? null : all;
        });
    registrationsChanged(address);
  }

  /** The consumers of an address, here and elsewhere. */
  List<RegistrationInfo> registrations(String address) {
    List<RegistrationInfo> all = new ArrayList<>(local.getOrDefault(address, List.of()));
    node.peek(machine -> machine.registrations().of(address))
        .forEach(each -> all.add(new RegistrationInfo(each.node(), each.number(), false)));
    return all;
  }

  void close() {
    teller.shutdown();
  }
}
