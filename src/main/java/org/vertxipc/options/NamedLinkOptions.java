package org.vertxipc.options;

/**
 * The options of links whose endpoints have names: one that programs write to, another that they
 * read from, or both.
 *
 * @param <S> the class itself
 */
public abstract class NamedLinkOptions<S extends NamedLinkOptions<S>>
    extends AnsweringLinkOptions<S> {
  private String read;
  private String write;
  private boolean create = true;
  private String mode = "0600";
  private long closeMillis = 2_000;

  NamedLinkOptions() {}

  @Override
  boolean has(Direction direction) {
    return direction == Direction.READ ? read != null : write != null;
  }

  /**
   * Returns the path of the FIFO, or name of the queue, from which this side reads.
   *
   * @return the option
   */
  public String getRead() {
    return read;
  }

  /**
   * Sets {@link #getRead}.
   *
   * @param read the option
   * @return this
   */
  public S setRead(String read) {
    this.read = read;
    return self();
  }

  /**
   * Returns the path of the FIFO, or name of the queue, to which this side writes.
   *
   * @return the option
   */
  public String getWrite() {
    return write;
  }

  /**
   * Sets {@link #getWrite}.
   *
   * @param write the option
   * @return this
   */
  public S setWrite(String write) {
    this.write = write;
    return self();
  }

  /**
   * Returns whether endpoints that do not exist are made, and removed at the end.
   *
   * @return the option
   */
  public boolean isCreate() {
    return create;
  }

  /**
   * Sets {@link #isCreate}.
   *
   * @param create the option
   * @return this
   */
  public S setCreate(boolean create) {
    this.create = create;
    return self();
  }

  /**
   * Returns the permission bits of endpoints that are made, in octal digits.
   *
   * @return the option
   */
  public String getMode() {
    return mode;
  }

  /**
   * Sets {@link #getMode}.
   *
   * @param mode the option
   * @return this
   */
  public S setMode(String mode) {
    this.mode = mode;
    return self();
  }

  /**
   * Returns how long a stop waits until sent messages have left this process, and a FIFO has been
   * read, in milliseconds.
   *
   * @return the option
   */
  public long getCloseMillis() {
    return closeMillis;
  }

  /**
   * Sets {@link #getCloseMillis}.
   *
   * @param closeMillis the option
   * @return this
   */
  public S setCloseMillis(long closeMillis) {
    this.closeMillis = closeMillis;
    return self();
  }
}
