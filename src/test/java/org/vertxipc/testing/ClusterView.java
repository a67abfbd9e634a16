package org.vertxipc.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.vertxipc.testing.ClusterProcess.Member;

/** What a member sees of what its cluster shares, and what it changes of it. */
public final class ClusterView {
  private final Member member;

  public ClusterView(Member member) {
    this.member = member;
  }

  private Object call(String op, String name) throws IOException {
    return member.call(op, new JsonObject().put("name", name));
  }

  private Object call(String op, String map, String key, Object value) throws IOException {
    return member.call(op, new JsonObject().put("name", map).put("key", key).put("value", value));
  }

  private static List<String> strings(Object array) {
    return ((JsonArray) array).stream().map(String.class::cast).toList();
  }

  public Member member() {
    return member;
  }

  /** The name of its node. */
  public String id() throws IOException {
    return (String) call("id", null);
  }

  public List<String> nodes() throws IOException {
    return strings(call("nodes", null));
  }

  /** Waits until the cluster has that many nodes; returns when it has seen that. */
  public long awaitNodes(int many) throws IOException {
    return ((Number) member.call("awaitNodes", new JsonObject().put("many", many))).longValue();
  }

  public void put(String map, String key, String value) throws IOException {
    call("put", map, key, value);
  }

  /** Puts a value of that many letters. */
  public void putLong(String map, String key, int letters) throws IOException {
    member.call("putLong", new JsonObject().put("name", map).put("key", key).put("many", letters));
  }

  /** Begins to put it. */
  public void putLater(String map, String key, String value) throws IOException {
    call("putLater", map, key, value);
  }

  /** Whether what it began to put is there. */
  public boolean isPut() throws IOException {
    return (Boolean) call("isPut", "");
  }

  public String get(String map, String key) throws IOException {
    return (String) call("get", map, key, null);
  }

  public String remove(String map, String key) throws IOException {
    return (String) call("remove", map, key, null);
  }

  public int size(String map) throws IOException {
    return (Integer) call("size", map);
  }

  public void clear(String map) throws IOException {
    call("clear", map);
  }

  /** A number that is the same where the map is. */
  public int digest(String map) throws IOException {
    return (Integer) call("digest", map);
  }

  /** Puts entries of values of some bytes, in batches; returns the nanoseconds that it took. */
  public long putMany(String map, int many, int bytes) throws IOException {
    return ((Number)
            member.call(
                "putMany", new JsonObject().put("name", map).put("many", many).put("bytes", bytes)))
        .longValue();
  }

  public long increment(String counter) throws IOException {
    return ((Number) call("increment", counter)).longValue();
  }

  /** Begins to wait for a lock. */
  public void lock(String lock) throws IOException {
    call("lock", lock);
  }

  /** When it got a lock, null while it has not got it. */
  public Long locked(String lock) {
    try {
      Number nanos = (Number) call("locked", lock);
      return nanos == null ? null : (Long) nanos.longValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has a lock; returns when it got it. */
  public long awaitLocked(String lock) throws InterruptedException {
    Await.until(lock + " is granted", () -> locked(lock) != null);
    return locked(lock);
  }

  public void unlock(String lock) throws IOException {
    call("unlock", lock);
  }

  /** Adds consumers, half of them of one address; waits until all are known. */
  public void consumers(String address, int many) throws IOException {
    member.call("consumers", new JsonObject().put("name", address).put("many", many));
  }

  /** How many consumers an address has in the cluster. */
  public int registrations(String address) throws IOException {
    return (Integer) call("registrations", address);
  }

  /** Begins to change a map and a counter of this name, and more, and to note it in a file. */
  public void churn(String name, Path notes, long pauseMillis) throws IOException {
    member.call(
        "churn",
        new JsonObject().put("name", name).put("file", notes.toString()).put("pause", pauseMillis));
  }

  /** How many changes were acknowledged. */
  public int churned() {
    try {
      return (Integer) call("churned", null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many nanoseconds a change took, at the most, since this was asked before. */
  public long slowest() throws IOException {
    return ((Number) call("slowest", null)).longValue();
  }

  /** Ends that; returns what has failed. */
  public List<String> stopChurn() throws IOException {
    return strings(call("stopChurn", null));
  }

  /** Compares map and counter with what a member, dead or alive, has noted of its changes. */
  public List<String> check(String name, Path notes) throws IOException {
    return strings(
        member.call("check", new JsonObject().put("name", name).put("file", notes.toString())));
  }

  /**
   * Adds a client that does random operations, and notes them in a file, after which it is called.
   */
  public void client(Path file, long seed) throws IOException {
    member.call("client", new JsonObject().put("file", file.toString()).put("seed", seed));
  }

  /** How many operations each of its clients has done, at the least. */
  public int operations() {
    try {
      return (Integer) call("operations", null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends all clients; returns what has failed. */
  public List<String> stopClients() throws IOException {
    return strings(call("stopClients", null));
  }

  /**
   * Deploys a verticle, with high availability, that says at {@code t.here} which node it is in.
   */
  public void deploy() throws IOException {
    call("deploy", null);
  }
}
