package org.vertxipc.bridge;

import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A cluster with one node, which needs no network: it announces only to itself. */
final class LoneCluster implements ClusterManager {
  private static final String ID = "lone";

  private final Map<String, List<RegistrationInfo>> announced = new HashMap<>();
  private RegistrationListener listener;
  private NodeInfo node;
  private boolean active;

  /** Returns how many handlers of an address are announced. */
  synchronized int announced(String address) {
    return announced.getOrDefault(address, List.of()).size();
  }

  @Override
  public void init(Vertx vertx) {
    // It belongs to one Vert.x only.
  }

  @Override
  public void join(Completable<Void> done) {
    active = true;
    done.succeed();
  }

  @Override
  public void leave(Completable<Void> done) {
    active = false;
    done.succeed();
  }

  @Override
  public boolean isActive() {
    return active;
  }

  @Override
  public String getNodeId() {
    return ID;
  }

  @Override
  public List<String> getNodes() {
    return List.of(ID);
  }

  @Override
  public void nodeListener(NodeListener nodes) {
    // No node comes or goes.
  }

  @Override
  public void setNodeInfo(NodeInfo info, Completable<Void> done) {
    node = info;
    done.succeed();
  }

  @Override
  public NodeInfo getNodeInfo() {
    return node;
  }

  @Override
  public void getNodeInfo(String id, Completable<NodeInfo> done) {
    done.succeed(node);
  }

  @Override
  public void registrationListener(RegistrationListener handlers) {
    listener = handlers;
  }

  @Override
  public void addRegistration(String address, RegistrationInfo info, Completable<Void> done) {
    synchronized (this) {
      announced.computeIfAbsent(address, a -> new ArrayList<>()).add(info);
    }
    changed(address, done);
  }

  @Override
  public void removeRegistration(String address, RegistrationInfo info, Completable<Void> done) {
    synchronized (this) {
      announced.getOrDefault(address, new ArrayList<>()).remove(info);
    }
    changed(address, done);
  }

  private void changed(String address, Completable<Void> done) {
    listener.registrationsUpdated(new RegistrationUpdateEvent(address, registrations(address)));
    done.succeed();
  }

  private synchronized List<RegistrationInfo> registrations(String address) {
    return new ArrayList<>(announced.getOrDefault(address, List.of()));
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> done) {
    done.succeed(registrations(address));
  }

  @Override
  public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> done) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <K, V> Map<K, V> getSyncMap(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void getLockWithTimeout(String name, long millis, Completable<Lock> done) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void getCounter(String name, Completable<Counter> done) {
    throw new UnsupportedOperationException();
  }
}
