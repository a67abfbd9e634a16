package org.vertxipc.bus;

import io.vertx.core.internal.ContextInternal;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bus without files and processes: its nodes are in this JVM, and what they write to each other
 * is handed from loop to loop. Peers, frames, flushing and parting are real. May be used on any
 * thread.
 */
public final class MemoryBus {
  private final Terms terms;
  private final Random random;
  private final AtomicLong moved = new AtomicLong();
  private final Map<String, MemoryNode> nodes = new LinkedHashMap<>();
  private final Map<Way, MemoryLink> links = new HashMap<>();
  // By reader, those that keep a store, with what they export.
  private final Map<String, List<String>> keeping = new LinkedHashMap<>();
  private final Map<Way, MemoryStore> stores = new LinkedHashMap<>();
  private volatile int storeRoom = Integer.MAX_VALUE;

  /**
   * How the ways between nodes are.
   *
   * @param maxRecord in bytes; longer frames go in pieces
   * @param room for so many bytes, after which the writer has to wait
   * @param mostTurns of its loop for which a reader lets records wait, at random; 0 for none
   * @param priorities whether records of a higher priority overtake others
   */
  public record Terms(int maxRecord, int room, int mostTurns, boolean priorities) {
    /** Returns ways without limits or delays. */
    public static final Terms PLAIN = new Terms(1 << 16, 1 << 20, 0, false);
  }

  private record Way(String from, String to) {}

  public MemoryBus(Terms terms, long seed) {
    this.terms = terms;
    this.random = new Random(seed);
  }

  /** Creates a node that may join, as a bridge does. */
  public MemoryNode node(
      ContextInternal context, BusConfig config, long vertx, BusListener listener) {
    return new MemoryNode(this, context, config, vertx, listener);
  }

  Terms terms() {
    return terms;
  }

  void moved() {
    moved.incrementAndGet();
  }

  /** Returns how many records have been read: grows with whatever happens. */
  public long movedRecords() {
    return moved.get();
  }

  /** Returns whether records are about to be read. Those that are held, or paused, are not. */
  public synchronized boolean isBusy() {
    return links.values().stream().anyMatch(MemoryLink::isBusy);
  }

  /** Holds what a node writes to another from now on, until it is released. */
  public void hold(String from, String to) {
    link(from, to).hold(true);
  }

  /** Lets through what was held, and what follows. */
  public void release(String from, String to) {
    link(from, to).hold(false);
  }

  private synchronized MemoryLink link(String from, String to) {
    MemoryLink link = links.get(new Way(from, to));
    if (link == null) {
      throw new IllegalArgumentException("no way from " + from + " to " + to);
    }
    return link;
  }

  synchronized MemoryLink link(MemoryNode from, MemoryNode to) {
    MemoryLink link = new MemoryLink(this, random.nextLong(), from.context(), to.context());
    links.put(new Way(from.name(), to.name()), link);
    return link;
  }

  /** Returns the nodes that are already on the bus. */
  synchronized List<MemoryNode> add(MemoryNode node) {
    List<MemoryNode> others = List.copyOf(nodes.values());
    if (nodes.putIfAbsent(node.name(), node) != null) {
      throw new IllegalStateException("two nodes " + node.name());
    }
    return others;
  }

  synchronized void remove(MemoryNode node) {
    // The links of the node stay, because its last messages are still read.
    nodes.remove(node.name(), node);
  }

  /** Ends a node without a goodbye: what it has flushed is still read. */
  public void kill(String name) {
    MemoryNode node;
    synchronized (this) {
      node = nodes.get(name);
    }
    node.kill();
  }

  /** A node of this name keeps a store: said before it joins. */
  public synchronized void keep(String name) {
    keeping.put(name, List.of());
  }

  /** Sets how many messages a store takes. */
  public void storeRoom(int messages) {
    storeRoom = messages;
  }

  int storeRoom() {
    return storeRoom;
  }

  synchronized boolean keeps(String name) {
    return keeping.containsKey(name);
  }

  /** What a node with a store exports, for those that come while it is down. */
  synchronized void record(String name, Collection<String> addresses) {
    keeping.computeIfPresent(name, (n, before) -> List.copyOf(addresses));
  }

  /** Returns the nodes with a store that are down. */
  synchronized Map<String, List<String>> down() {
    Map<String, List<String>> down = new LinkedHashMap<>(keeping);
    down.keySet().removeAll(nodes.keySet());
    return down;
  }

  /** Returns null while it is down. */
  synchronized MemoryNode node(String name) {
    return nodes.get(name);
  }

  synchronized MemoryStore store(String from, String to) {
    return stores.computeIfAbsent(new Way(from, to), w -> new MemoryStore(this, from, to));
  }

  synchronized List<MemoryStore> storesFor(String reader) {
    return stores.entrySet().stream()
        .filter(e -> e.getKey().to.equals(reader))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Returns how many messages are kept for a node. */
  public int stored(String reader) {
    return storesFor(reader).stream().mapToInt(MemoryStore::size).sum();
  }
}
