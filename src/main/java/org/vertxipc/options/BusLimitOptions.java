package org.vertxipc.options;

/**
 * The options of a bus that concern sizes and times.
 *
 * @param <S> the class itself
 */
public abstract class BusLimitOptions<S extends BusLimitOptions<S>> {
  private int ringBytes = 1 << 20;
  private int pipeBytes = 1 << 20;
  private int maxMessageBytes = 64 << 20;
  private long sendQueueBytes = 16 << 20;
  private long replyTimeoutMillis = 600_000;
  private long startTimeoutMillis = 2_000;
  private long closeTimeoutMillis = 2_000;

  BusLimitOptions() {}

  abstract S self();

  /**
   * Returns the capacity of each ring that this node reads, in bytes: a power of two, 4096 to 2^30.
   *
   * @return the option
   */
  public int getRingBytes() {
    return ringBytes;
  }

  /**
   * Sets {@link #getRingBytes}.
   *
   * @param ringBytes the option
   * @return this
   */
  public S setRingBytes(int ringBytes) {
    this.ringBytes = ringBytes;
    return self();
  }

  /**
   * Returns the size wanted for each FIFO's buffer in the kernel, in bytes, 4096 to 2^30.
   *
   * @return the option
   */
  public int getPipeBytes() {
    return pipeBytes;
  }

  /**
   * Sets {@link #getPipeBytes}.
   *
   * @param pipeBytes the option
   * @return this
   */
  public S setPipeBytes(int pipeBytes) {
    this.pipeBytes = pipeBytes;
    return self();
  }

  /**
   * Returns the maximum length of a message with its headers, in bytes, 1024 to 2^30.
   *
   * @return the option
   */
  public int getMaxMessageBytes() {
    return maxMessageBytes;
  }

  /**
   * Sets {@link #getMaxMessageBytes}.
   *
   * @param maxMessageBytes the option
   * @return this
   */
  public S setMaxMessageBytes(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
    return self();
  }

  /**
   * Returns how much may wait for one peer in this process when its channel is full, in bytes, 0 to
   * 2^32; a message counts 128 bytes more than its length, and one message may always wait.
   *
   * @return the option
   */
  public long getSendQueueBytes() {
    return sendQueueBytes;
  }

  /**
   * Sets {@link #getSendQueueBytes}.
   *
   * @param sendQueueBytes the option
   * @return this
   */
  public S setSendQueueBytes(long sendQueueBytes) {
    this.sendQueueBytes = sendQueueBytes;
    return self();
  }

  /**
   * Returns how long this node remembers a request that it has passed on, from bus to bus or to a
   * clustered event bus, in milliseconds, 1 to 86400000.
   *
   * @return the option
   */
  public long getReplyTimeoutMillis() {
    return replyTimeoutMillis;
  }

  /**
   * Sets {@link #getReplyTimeoutMillis}.
   *
   * @param replyTimeoutMillis the option
   * @return this
   */
  public S setReplyTimeoutMillis(long replyTimeoutMillis) {
    this.replyTimeoutMillis = replyTimeoutMillis;
    return self();
  }

  /**
   * Returns how long the start waits for nodes that are already on the bus, in milliseconds, 1 to
   * 600000.
   *
   * @return the option
   */
  public long getStartTimeoutMillis() {
    return startTimeoutMillis;
  }

  /**
   * Sets {@link #getStartTimeoutMillis}.
   *
   * @param startTimeoutMillis the option
   * @return this
   */
  public S setStartTimeoutMillis(long startTimeoutMillis) {
    this.startTimeoutMillis = startTimeoutMillis;
    return self();
  }

  /**
   * Returns how long closing waits until accepted messages are written, in milliseconds, 1 to
   * 600000.
   *
   * @return the option
   */
  public long getCloseTimeoutMillis() {
    return closeTimeoutMillis;
  }

  /**
   * Sets {@link #getCloseTimeoutMillis}.
   *
   * @param closeTimeoutMillis the option
   * @return this
   */
  public S setCloseTimeoutMillis(long closeTimeoutMillis) {
    this.closeTimeoutMillis = closeTimeoutMillis;
    return self();
  }
}
