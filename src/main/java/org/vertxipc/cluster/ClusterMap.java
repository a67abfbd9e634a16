package org.vertxipc.cluster;

import io.vertx.core.Future;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.AsyncMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.vertxipc.machine.Bytes;
import org.vertxipc.machine.Condition;
import org.vertxipc.machine.MapCommand;

/**
 * A map of the cluster. Reading does not wait: it is done when the method returns. Objects are made
 * anew at each reading, on the caller's context.
 *
 * @param <K> of keys
 * @param <V> of values
 */
public final class ClusterMap<K, V> implements AsyncMap<K, V> {
  private final Calls calls;
  private final Values values;
  private final String name;

  /**
   * A map.
   *
   * @param vertx on whose contexts results are told
   * @param node of the cluster
   * @param values keys and values as bytes
   * @param name of the map
   */
  public ClusterMap(VertxInternal vertx, ClusterNode node, Values values, String name) {
    this.calls = new Calls(vertx, node);
    this.values = values;
    this.name = name;
  }

  private <T> Future<T> set(
      K key,
      Condition condition,
      V expected,
      V value,
      long lifetime,
      Function<MapCommand.Change, T> result) {
    return calls.attempt(
        () ->
            calls.submit(
                new MapCommand.Set(
                    name,
                    values.encode(key),
                    condition,
                    expected == null ? null : values.encode(expected),
                    value == null ? null : values.encode(value),
                    lifetime),
                result));
  }

  private static long nanos(long millis) {
    if (millis < 1) {
      throw new IllegalArgumentException("a time to live of " + millis + " ms");
    }
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private V previous(MapCommand.Change change) {
    return values.decode(change.previous());
  }

  @Override
  public Future<V> get(K key) {
    return calls.read(
        () -> {
          Bytes bytes = values.encode(key);
          return values.decode(
              calls.node().read(machine -> machine.maps().get(name, bytes, System.nanoTime())));
        });
  }

  @Override
  public Future<Void> put(K key, V value) {
    return set(key, Condition.ALWAYS, null, value, MapCommand.FOREVER, change -> null);
  }

  @Override
  public Future<Void> put(K key, V value, long ttl) {
    return calls.attempt(() -> set(key, Condition.ALWAYS, null, value, nanos(ttl), change -> null));
  }

  @Override
  public Future<V> putIfAbsent(K key, V value) {
    return set(key, Condition.ABSENT, null, value, MapCommand.FOREVER, this::previous);
  }

  @Override
  public Future<V> putIfAbsent(K key, V value, long ttl) {
    return calls.attempt(() -> set(key, Condition.ABSENT, null, value, nanos(ttl), this::previous));
  }

  @Override
  public Future<V> remove(K key) {
    return set(key, Condition.PRESENT, null, null, MapCommand.FOREVER, this::previous);
  }

  @Override
  public Future<Boolean> removeIfPresent(K key, V value) {
    return set(key, Condition.EQUAL, value, null, MapCommand.FOREVER, MapCommand.Change::done);
  }

  @Override
  public Future<V> replace(K key, V value) {
    return set(key, Condition.PRESENT, null, value, MapCommand.FOREVER, this::previous);
  }

  @Override
  public Future<V> replace(K key, V value, long ttl) {
    return calls.attempt(
        () -> set(key, Condition.PRESENT, null, value, nanos(ttl), this::previous));
  }

  @Override
  public Future<Boolean> replaceIfPresent(K key, V oldValue, V newValue) {
    return set(
        key, Condition.EQUAL, oldValue, newValue, MapCommand.FOREVER, MapCommand.Change::done);
  }

  @Override
  public Future<Boolean> replaceIfPresent(K key, V oldValue, V newValue, long ttl) {
    return calls.attempt(
        () -> set(key, Condition.EQUAL, oldValue, newValue, nanos(ttl), MapCommand.Change::done));
  }

  @Override
  public Future<Void> clear() {
    return calls.attempt(() -> calls.submit(new MapCommand.Clear(name), count -> null));
  }

  @Override
  public Future<Integer> size() {
    return calls.read(
        () -> calls.node().read(machine -> machine.maps().size(name, System.nanoTime())));
  }

  /** What is in the map now; it is decoded when nothing is locked any more. */
  private Map<Bytes, Bytes> all() {
    return calls.node().read(machine -> machine.maps().entries(name, System.nanoTime()));
  }

  @Override
  public Future<Set<K>> keys() {
    return calls.read(
        () -> {
          Set<K> keys = new HashSet<>();
          all().keySet().forEach(key -> keys.add(values.decode(key)));
          return keys;
        });
  }

  @Override
  public Future<List<V>> values() {
    return calls.read(
        () -> {
          List<V> found = new ArrayList<>();
          all().values().forEach(value -> found.add(values.decode(value)));
          return found;
        });
  }

  @Override
  public Future<Map<K, V>> entries() {
    return calls.read(
        () -> {
          Map<K, V> found = new HashMap<>();
          all().forEach((key, value) -> found.put(values.decode(key), values.decode(value)));
          return found;
        });
  }
}
