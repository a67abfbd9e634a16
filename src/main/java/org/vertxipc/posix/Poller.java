package org.vertxipc.posix;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits until one of some descriptors is ready, see {@code poll(2)}, or until another thread wakes
 * it. All but {@link #wake} is for one thread, which does in a loop: {@link #clear}, {@link #add}
 * for each, {@link #await}, {@link #ready} for each, and then what other threads want of it.
 */
public final class Poller implements AutoCloseable {
  /** There is something to read, or the end of the file. */
  public static final int READ = 0x1;

  /** There is room to write. */
  public static final int WRITE = 0x4;

  private static final int ERRORS = 0x8 | 0x10 | 0x20; // POLLERR | POLLHUP | POLLNVAL
  private static final int STRUCT_POLLFD = 8;
  private static final int EVENTS_AT = 4;
  private static final int REVENTS_AT = 6;
  private static final int EFD_CLOEXEC_NONBLOCK = 02000000 | 04000;
  private static final int FOREVER = -1;

  private final int bell;
  private final Struct one = new Struct(Long.BYTES);
  private final Struct rung = new Struct(Long.BYTES);
  private final AtomicBoolean woken = new AtomicBoolean();
  private Struct descriptors = new Struct(16 * STRUCT_POLLFD);
  private int room = 16;
  private int count;
  private boolean closed;

  /**
   * Makes one, with a descriptor of its own by which it is woken.
   *
   * @throws PosixException when no descriptor is left
   */
  public Poller() throws PosixException {
    bell = LibC.eventfd(0, EFD_CLOEXEC_NONBLOCK);
    if (bell < 0) {
      throw new PosixException("eventfd", "", Posix.lastError());
    }
    one.putLong(0, 1);
    clear();
  }

  /** Forgets all descriptors. */
  public void clear() {
    count = 0;
    add(bell, READ);
  }

  /**
   * Waits for a descriptor, too.
   *
   * @param fd the descriptor
   * @param events {@link #READ}, {@link #WRITE} or both
   * @return its index for {@link #ready}
   */
  public int add(int fd, int events) {
    if (count == room) {
      Struct larger = new Struct(2 * room * STRUCT_POLLFD);
      for (int at = 0; at < room * STRUCT_POLLFD; at += Long.BYTES) {
        larger.putLong(at, descriptors.getLong(at));
      }
      descriptors = larger;
      room *= 2;
    }
    int at = count * STRUCT_POLLFD;
    descriptors.putInt(at, fd);
    descriptors.putShort(at + EVENTS_AT, (short) events);
    descriptors.putShort(at + REVENTS_AT, (short) 0);
    return count++;
  }

  /**
   * Waits until a descriptor is ready, or {@link #wake} was called since it last returned.
   *
   * @throws PosixException when the kernel has no memory for it
   */
  public void await() throws PosixException {
    while (LibC.poll(descriptors, count, FOREVER) < 0) {
      int error = Posix.lastError();
      if (Errno.of(error) != Errno.EINTR) {
        throw new PosixException("poll", count + " descriptors", error);
      }
    }
    if (ready(0) != 0) {
      Posix.read(bell, rung.address(), Long.BYTES);
      Struct.keep(rung);
    }
    // Before the caller looks for what others want: who comes later rings again.
    woken.set(false);
  }

  /**
   * Returns for what a descriptor is ready. One with an error, or whose other side is gone, is
   * ready for all that was asked: a call will say what is wrong.
   *
   * @param index of the descriptor
   * @return {@link #READ}, {@link #WRITE}, both or 0
   */
  public int ready(int index) {
    int events = descriptors.getShort(index * STRUCT_POLLFD + EVENTS_AT);
    int found = descriptors.getShort(index * STRUCT_POLLFD + REVENTS_AT);
    return (found & ERRORS) != 0 ? events : found & events;
  }

  /**
   * Lets {@link #await} return, now or when it is next called. May be called on any thread, and
   * does nothing when it is closed.
   *
   * @throws PosixException when it fails
   */
  public void wake() throws PosixException {
    if (woken.compareAndSet(false, true)) {
      ring();
    }
  }

  private synchronized void ring() throws PosixException {
    // The number of a closed descriptor may be another's.
    if (!closed) {
      Posix.write(bell, one.address(), Long.BYTES);
      Struct.keep(one);
    }
  }

  /** Closes its own descriptor, and none of the others. */
  @Override
  public synchronized void close() throws PosixException {
    if (!closed) {
      closed = true;
      Posix.close(bell);
    }
  }
}
