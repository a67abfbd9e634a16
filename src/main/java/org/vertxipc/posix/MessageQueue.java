package org.vertxipc.posix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * An open POSIX message queue, see {@code mq_overview(7)}: each message has a priority, the highest
 * comes first, and within a priority the order is first in, first out. Non-blocking and
 * close-on-exec; on Linux it is a descriptor that {@code epoll} takes. Not thread-safe.
 */
public final class MessageQueue implements AutoCloseable {
  /** The highest priority, {@code MQ_PRIO_MAX} - 1. */
  public static final int MAX_PRIORITY = 32767;

  private static final Path LIMITS = Path.of("/proc/sys/fs/mqueue");
  private static final int FLAGS = 04000 | 02000000; // O_NONBLOCK | O_CLOEXEC
  private static final int STRUCT_MQ_ATTR = 64;
  private static final int DEFAULT_MESSAGES = 10;
  private static final int DEFAULT_BYTES = 8192;

  private final String name;
  private final int fd;
  private final int maxMessages;
  private final int messageBytes;
  private final ByteBuffer priority =
      ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
  private final long priorityAddress = Posix.address(priority);
  private boolean closed;

  private MessageQueue(String name, int fd) throws PosixException {
    this.name = name;
    this.fd = fd;
    Struct attributes = attributes(fd);
    this.maxMessages = (int) attributes.getLong(8);
    this.messageBytes = (int) attributes.getLong(16);
  }

  /**
   * Creates a queue.
   *
   * @param name starts with a slash and has no other
   * @param access {@link Posix#O_RDONLY}, {@link Posix#O_WRONLY} or {@link Posix#O_RDWR}
   * @param mode permission bits
   * @param maxMessages how many messages it holds; 0 for 10, or what the machine allows if that is
   *     less
   * @param messageBytes how long a message may be; 0 for 8192, or what the machine allows if that
   *     is less
   * @return the open queue
   * @throws IOException when it fails, naming the limit that is too low
   */
  public static MessageQueue create(
      String name, int access, int mode, int maxMessages, int messageBytes) throws IOException {
    Struct attributes = new Struct(STRUCT_MQ_ATTR);
    int messages = maxMessages > 0 ? maxMessages : Math.min(DEFAULT_MESSAGES, limit("msg_max"));
    int bytes = messageBytes > 0 ? messageBytes : Math.min(DEFAULT_BYTES, limit("msgsize_max"));
    attributes.putLong(8, messages);
    attributes.putLong(16, bytes);
    int flags = access | FLAGS | Posix.O_CREAT | Posix.O_EXCL;
    int fd = LibC.mq_open(name, flags, mode, attributes);
    if (fd >= 0) {
      return opened(name, fd);
    }
    int error = Posix.lastError();
    String subject = name + ", " + messages + " messages of " + bytes + " bytes";
    throw new PosixException("mq_open", subject, error, cure(Errno.of(error)));
  }

  /** Which limit was met: those of queues are not those of files. */
  private static String cure(Errno errno) throws IOException {
    if (errno == Errno.EINVAL) {
      return "/proc/sys/fs/mqueue allows "
          + limit("msg_max")
          + " messages of "
          + limit("msgsize_max")
          + " bytes";
    }
    if (errno == Errno.EMFILE) {
      return "the user's queues would take more than RLIMIT_MSGQUEUE allows (ulimit -q, in bytes:"
          + " the messages of each times their size, and some more; LimitMSGQUEUE=), or no"
          + " descriptor is left (ulimit -n)";
    }
    if (errno == Errno.ENOSPC) {
      return "/proc/sys/fs/mqueue/queues_max allows " + limit("queues_max") + " queues";
    }
    return Shortage.cure("mq_open", errno);
  }

  /**
   * Opens an existing queue.
   *
   * @param name its name
   * @param access as in {@link #create}
   * @return the open queue
   * @throws PosixException when it does not exist ({@code ENOENT}) or not permitted
   */
  public static MessageQueue open(String name, int access) throws PosixException {
    int fd = LibC.mq_open(name, access | FLAGS, 0, null);
    if (fd < 0) {
      throw new PosixException("mq_open", name, Posix.lastError());
    }
    return opened(name, fd);
  }

  private static MessageQueue opened(String name, int fd) throws PosixException {
    try {
      return new MessageQueue(name, fd);
    } catch (PosixException e) {
      Posix.close(fd);
      throw e;
    }
  }

  private static Struct attributes(int fd) throws PosixException {
    Struct attributes = new Struct(STRUCT_MQ_ATTR);
    if (LibC.mq_getattr(fd, attributes) < 0) {
      throw new PosixException("mq_getattr", "fd " + fd, Posix.lastError());
    }
    return attributes;
  }

  /**
   * Returns a limit of the machine, from {@code /proc/sys/fs/mqueue}.
   *
   * @param file {@code msg_max}, {@code msgsize_max} or {@code queues_max}
   * @return the limit
   * @throws IOException when there are no message queues here
   */
  public static int limit(String file) throws IOException {
    int fd = Posix.open(LIMITS.resolve(file), Posix.O_RDONLY, 0);
    try {
      // The first read takes all, because such a file is at its end at any other offset.
      return Integer.parseInt(
          new String(WholeFile.read(fd, 32), StandardCharsets.US_ASCII).strip());
    } finally {
      Posix.close(fd);
    }
  }

  /**
   * Removes a queue's name, {@code mq_unlink(3)}. It is no error if the name is already gone.
   *
   * @param name the name
   * @throws PosixException when it fails otherwise
   */
  public static void unlink(String name) throws PosixException {
    if (LibC.mq_unlink(name) < 0) {
      int error = Posix.lastError();
      if (Errno.of(error) != Errno.ENOENT) {
        throw new PosixException("mq_unlink", name, error);
      }
    }
  }

  /**
   * Sends a message, {@code mq_send(3)}.
   *
   * @param address where the bytes are: the caller guarantees that they are valid
   * @param length in bytes, 0 to {@link #messageBytes}
   * @param priority 0 to {@link #MAX_PRIORITY}
   * @return false when the queue is full
   * @throws PosixException when it fails
   */
  public boolean send(long address, int length, int priority) throws PosixException {
    while (LibC.mq_send(fd, address, length, priority) < 0) {
      int error = Posix.lastError();
      if (Errno.of(error) == Errno.EAGAIN) {
        return false;
      }
      if (Errno.of(error) != Errno.EINTR) {
        throw new PosixException("mq_send", name, error);
      }
    }
    return true;
  }

  /**
   * Receives the oldest message of the highest priority, {@code mq_receive(3)}. {@link #priority}
   * returns its priority.
   *
   * @param address where to put it: the caller guarantees {@link #messageBytes} bytes there
   * @return its length, or {@link Posix#WOULD_BLOCK} when the queue is empty
   * @throws PosixException when it fails
   */
  public int receive(long address) throws PosixException {
    while (true) {
      long n = LibC.mq_receive(fd, address, messageBytes, priorityAddress);
      if (n >= 0) {
        return (int) n;
      }
      int error = Posix.lastError();
      if (Errno.of(error) == Errno.EAGAIN) {
        return Posix.WOULD_BLOCK;
      }
      if (Errno.of(error) != Errno.EINTR) {
        throw new PosixException("mq_receive", name, error);
      }
    }
  }

  /**
   * Returns the priority of the last received message.
   *
   * @return 0 to {@link #MAX_PRIORITY}
   */
  public int priority() {
    return priority.getInt(0);
  }

  /**
   * Returns its name.
   *
   * @return the name, which starts with a slash
   */
  public String name() {
    return name;
  }

  /**
   * Returns how many messages it holds.
   *
   * @return {@code mq_maxmsg}
   */
  public int maxMessages() {
    return maxMessages;
  }

  /**
   * Returns how long a message may be.
   *
   * @return {@code mq_msgsize}, in bytes
   */
  public int messageBytes() {
    return messageBytes;
  }

  /**
   * Returns how many messages are queued now.
   *
   * @return {@code mq_curmsgs}
   * @throws PosixException when the kernel refuses
   */
  public int queued() throws PosixException {
    return (int) attributes(fd).getLong(24);
  }

  /**
   * Returns the descriptor, to be watched.
   *
   * @return the descriptor, which this object closes
   */
  public int fd() {
    return fd;
  }

  /** Closes the descriptor, but keeps the queue. Does nothing the second time. */
  @Override
  public void close() throws PosixException {
    if (!closed) {
      closed = true;
      Posix.close(fd);
    }
  }
}
