package org.vertxipc;

import java.util.List;

/** What {@link IpcHealth} asks of a bridge. */
public final class IpcHealthOptions {
  private List<String> peers = List.of();
  private int minPeers;
  private long maxQueuedBytes = 8 << 20;
  private long quietMillis = 60_000;

  /** Creates options with defaults. */
  public IpcHealthOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public IpcHealthOptions(IpcHealthOptions other) {
    peers = other.peers;
    minPeers = other.minPeers;
    maxQueuedBytes = other.maxQueuedBytes;
    quietMillis = other.quietMillis;
  }

  /**
   * The nodes that must be connected.
   *
   * @return by default none
   */
  public List<String> getPeers() {
    return peers;
  }

  /**
   * Sets {@link #getPeers}.
   *
   * @param peers the option
   * @return this
   */
  public IpcHealthOptions setPeers(List<String> peers) {
    this.peers = List.copyOf(peers);
    return this;
  }

  /**
   * How many nodes must be connected, whatever their names.
   *
   * @return by default 0
   */
  public int getMinPeers() {
    return minPeers;
  }

  /**
   * Sets {@link #getMinPeers}.
   *
   * @param minPeers the option
   * @return this
   */
  public IpcHealthOptions setMinPeers(int minPeers) {
    this.minPeers = minPeers;
    return this;
  }

  /**
   * How many bytes may wait in this process for one node.
   *
   * @return by default 8 MiB: half of what {@code sendQueueBytes} lets wait by default
   */
  public long getMaxQueuedBytes() {
    return maxQueuedBytes;
  }

  /**
   * Sets {@link #getMaxQueuedBytes}.
   *
   * @param maxQueuedBytes the option
   * @return this
   */
  public IpcHealthOptions setMaxQueuedBytes(long maxQueuedBytes) {
    this.maxQueuedBytes = maxQueuedBytes;
    return this;
  }

  /**
   * How long a check fails after one that has found that messages were lost.
   *
   * @return in milliseconds, by default a minute; 0 when losses are not looked at
   */
  public long getQuietMillis() {
    return quietMillis;
  }

  /**
   * Sets {@link #getQuietMillis}.
   *
   * @param quietMillis the option
   * @return this
   */
  public IpcHealthOptions setQuietMillis(long quietMillis) {
    this.quietMillis = quietMillis;
    return this;
  }
}
