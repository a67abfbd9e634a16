package org.vertxipc.cluster;

import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.vertxipc.machine.Bytes;
import org.vertxipc.machine.Command;
import org.vertxipc.machine.Condition;
import org.vertxipc.machine.MapCommand;

/**
 * A map of the cluster whose methods wait. What is iterated over is what was in the map when that
 * began.
 *
 * @param <K> of keys
 * @param <V> of values
 */
public final class ClusterSyncMap<K, V> extends AbstractMap<K, V> {
  private static final long SECONDS = 60;

  private final ClusterNode node;
  private final Values values;
  private final String name;

  /**
   * A map.
   *
   * @param node of the cluster
   * @param values keys and values as bytes
   * @param name of the map
   */
  public ClusterSyncMap(ClusterNode node, Values values, String name) {
    this.node = node;
    this.values = values;
    this.name = name;
  }

  private <R> R await(Command<R> command) {
    Promise<R> promise = Promise.promise();
    node.submit(command, promise);
    try {
      return Blocking.get(promise.future(), SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Bytes find(Object key) {
    Bytes bytes = values.encode(key);
    return node.read(machine -> machine.maps().get(name, bytes, System.nanoTime()));
  }

  @Override
  public V get(Object key) {
    return values.decode(find(key));
  }

  @Override
  public boolean containsKey(Object key) {
    return find(key) != null;
  }

  @Override
  public V put(K key, V value) {
    MapCommand.Change change =
        await(
            new MapCommand.Set(
                name,
                values.encode(key),
                Condition.ALWAYS,
                null,
                values.encode(value),
                MapCommand.FOREVER));
    return values.decode(change.previous());
  }

  @Override
  public V remove(Object key) {
    MapCommand.Change change =
        await(
            new MapCommand.Set(
                name, values.encode(key), Condition.PRESENT, null, null, MapCommand.FOREVER));
    return values.decode(change.previous());
  }

  @Override
  public void clear() {
    await(new MapCommand.Clear(name));
  }

  @Override
  public int size() {
    return node.read(machine -> machine.maps().size(name, System.nanoTime()));
  }

  @Override
  public Set<Entry<K, V>> entrySet() {
    Map<Bytes, Bytes> found = node.read(machine -> machine.maps().entries(name, System.nanoTime()));
    Map<K, V> decoded = new HashMap<>();
    found.forEach((key, value) -> decoded.put(values.decode(key), values.decode(value)));
    return decoded.entrySet();
  }
}
