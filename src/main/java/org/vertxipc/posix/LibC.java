package org.vertxipc.posix;

import static org.vertxipc.posix.CFunction.INT;
import static org.vertxipc.posix.CFunction.LONG;
import static org.vertxipc.posix.CFunction.POINTER;
import static org.vertxipc.posix.Struct.addressOf;
import static org.vertxipc.posix.Struct.keep;

import com.kenai.jffi.LastError;

/**
 * The functions of the C library that this library calls, each looked up at its first call. As in
 * C, -1 says that one has failed, and {@link #errno} why; those of {@code posix_spawn} and {@code
 * posix_fallocate} return the error instead. Whoever passes an address guarantees what is there.
 */
final class LibC {
  private static final CFunction MKDIR = new CFunction(INT, "mkdir", POINTER, INT);
  private static final CFunction MKFIFO = new CFunction(INT, "mkfifo", POINTER, INT);
  private static final CFunction OPEN = CFunction.variadic(INT, "open", 2, POINTER, INT, INT);
  private static final CFunction CLOSE = new CFunction(INT, "close", INT);
  private static final CFunction UNLINK = new CFunction(INT, "unlink", POINTER);
  private static final CFunction RMDIR = new CFunction(INT, "rmdir", POINTER);
  private static final CFunction STATX =
      new CFunction(INT, "statx", INT, POINTER, INT, INT, POINTER);
  private static final CFunction FCHOWN = new CFunction(INT, "fchown", INT, INT, INT);
  private static final CFunction FCHMOD = new CFunction(INT, "fchmod", INT, INT);
  private static final CFunction FDATASYNC = new CFunction(INT, "fdatasync", INT);
  private static final CFunction GETEUID = new CFunction(INT, "geteuid");
  private static final CFunction KILL = new CFunction(INT, "kill", INT, INT);
  private static final CFunction WAITPID = new CFunction(INT, "waitpid", INT, POINTER, INT);
  private static final CFunction READ = new CFunction(LONG, "read", INT, POINTER, LONG);
  private static final CFunction WRITE = new CFunction(LONG, "write", INT, POINTER, LONG);
  private static final CFunction PREAD = new CFunction(LONG, "pread", INT, POINTER, LONG, LONG);
  private static final CFunction PWRITE = new CFunction(LONG, "pwrite", INT, POINTER, LONG, LONG);
  private static final CFunction LSEEK = new CFunction(LONG, "lseek", INT, LONG, INT);
  private static final CFunction FCNTL = CFunction.variadic(INT, "fcntl", 2, INT, INT, LONG);
  private static final CFunction IOCTL = CFunction.variadic(INT, "ioctl", 2, INT, LONG, POINTER);
  private static final CFunction FALLOCATE = new CFunction(INT, "posix_fallocate", INT, LONG, LONG);
  private static final CFunction MMAP =
      new CFunction(POINTER, "mmap", POINTER, LONG, INT, INT, INT, LONG);
  private static final CFunction MUNMAP = new CFunction(INT, "munmap", POINTER, LONG);
  private static final CFunction FTOK = new CFunction(INT, "ftok", POINTER, INT);
  private static final CFunction SHMGET = new CFunction(INT, "shmget", INT, LONG, INT);
  private static final CFunction SHMAT = new CFunction(POINTER, "shmat", INT, POINTER, INT);
  private static final CFunction SHMDT = new CFunction(INT, "shmdt", POINTER);
  private static final CFunction SHMCTL = new CFunction(INT, "shmctl", INT, INT, POINTER);
  private static final CFunction MEMFD_CREATE = new CFunction(INT, "memfd_create", POINTER, INT);
  private static final CFunction MQ_OPEN =
      CFunction.variadic(INT, "mq_open", 2, POINTER, INT, INT, POINTER);
  private static final CFunction MQ_GETATTR = new CFunction(INT, "mq_getattr", INT, POINTER);
  private static final CFunction MQ_SEND = new CFunction(INT, "mq_send", INT, POINTER, LONG, INT);
  private static final CFunction MQ_RECEIVE =
      new CFunction(LONG, "mq_receive", INT, POINTER, LONG, POINTER);
  private static final CFunction MQ_UNLINK = new CFunction(INT, "mq_unlink", POINTER);
  private static final CFunction PIPE2 = new CFunction(INT, "pipe2", POINTER, INT);
  private static final CFunction EVENTFD = new CFunction(INT, "eventfd", INT, INT);
  private static final CFunction POLL = new CFunction(INT, "poll", POINTER, LONG, INT);
  private static final CFunction SYSCALL = CFunction.variadic(LONG, "syscall", 1, LONG, LONG, LONG);

  private LibC() {}

  /** The error of the last call of this thread that has failed, {@code errno(3)}. */
  static int errno() {
    return LastError.getInstance().get();
  }

  static int mkdir(String path, int mode) {
    Struct name = Struct.string(path);
    int result = (int) MKDIR.call(name.address(), mode);
    keep(name);
    return result;
  }

  static int mkfifo(String path, int mode) {
    Struct name = Struct.string(path);
    int result = (int) MKFIFO.call(name.address(), mode);
    keep(name);
    return result;
  }

  static int open(String path, int flags, int mode) {
    Struct name = Struct.string(path);
    int result = (int) OPEN.call(name.address(), flags, mode);
    keep(name);
    return result;
  }

  static int close(int fd) {
    return (int) CLOSE.call(fd);
  }

  static int unlink(String path) {
    Struct name = Struct.string(path);
    int result = (int) UNLINK.call(name.address());
    keep(name);
    return result;
  }

  static int rmdir(String path) {
    Struct name = Struct.string(path);
    int result = (int) RMDIR.call(name.address());
    keep(name);
    return result;
  }

  static int statx(int directory, String path, int flags, int mask, Struct status) {
    Struct name = Struct.string(path);
    int result = (int) STATX.call(directory, name.address(), flags, mask, status.address());
    keep(name);
    keep(status);
    return result;
  }

  static int fchown(int fd, int owner, int group) {
    return (int) FCHOWN.call(fd, owner, group);
  }

  static int fchmod(int fd, int mode) {
    return (int) FCHMOD.call(fd, mode);
  }

  static int fdatasync(int fd) {
    return (int) FDATASYNC.call(fd);
  }

  static int geteuid() {
    return (int) GETEUID.call();
  }

  static int kill(int pid, int signal) {
    return (int) KILL.call(pid, signal);
  }

  static int waitpid(int pid, Struct status, int options) {
    int result = (int) WAITPID.call(pid, status.address(), options);
    keep(status);
    return result;
  }

  static long read(int fd, long address, long length) {
    return READ.call(fd, address, length);
  }

  static long write(int fd, long address, long length) {
    return WRITE.call(fd, address, length);
  }

  static long pread(int fd, long address, long length, long offset) {
    return PREAD.call(fd, address, length, offset);
  }

  static long pwrite(int fd, long address, long length, long offset) {
    return PWRITE.call(fd, address, length, offset);
  }

  static long lseek(int fd, long offset, int whence) {
    return LSEEK.call(fd, offset, whence);
  }

  /** With an integer. */
  static int fcntl(int fd, int command, long argument) {
    return (int) FCNTL.call(fd, command, argument);
  }

  /** With a structure. */
  static int fcntl(int fd, int command, Struct argument) {
    int result = (int) FCNTL.call(fd, command, argument.address());
    keep(argument);
    return result;
  }

  static int ioctl(int fd, long request, Struct argument) {
    int result = (int) IOCTL.call(fd, request, argument.address());
    keep(argument);
    return result;
  }

  static int posix_fallocate(int fd, long offset, long length) {
    return (int) FALLOCATE.call(fd, offset, length);
  }

  /** Where the kernel wants it. */
  static long mmap(long length, int protection, int flags, int fd, long offset) {
    return MMAP.call(0, length, protection, flags, fd, offset);
  }

  static int munmap(long address, long length) {
    return (int) MUNMAP.call(address, length);
  }

  static int ftok(String path, int project) {
    Struct name = Struct.string(path);
    int result = (int) FTOK.call(name.address(), project);
    keep(name);
    return result;
  }

  static int shmget(int key, long size, int flags) {
    return (int) SHMGET.call(key, size, flags);
  }

  /** Where the kernel wants it. */
  static long shmat(int id, int flags) {
    return SHMAT.call(id, 0, flags);
  }

  static int shmdt(long address) {
    return (int) SHMDT.call(address);
  }

  static int shmctl(int id, int command, Struct status) {
    int result = (int) SHMCTL.call(id, command, addressOf(status));
    keep(status);
    return result;
  }

  static int memfd_create(String name, int flags) {
    Struct shown = Struct.string(name);
    int result = (int) MEMFD_CREATE.call(shown.address(), flags);
    keep(shown);
    return result;
  }

  static int mq_open(String name, int flags, int mode, Struct attributes) {
    Struct of = Struct.string(name);
    int result = (int) MQ_OPEN.call(of.address(), flags, mode, addressOf(attributes));
    keep(of);
    keep(attributes);
    return result;
  }

  static int mq_getattr(int queue, Struct attributes) {
    int result = (int) MQ_GETATTR.call(queue, attributes.address());
    keep(attributes);
    return result;
  }

  static int mq_send(int queue, long address, long length, int priority) {
    return (int) MQ_SEND.call(queue, address, length, priority);
  }

  static long mq_receive(int queue, long address, long length, long priorityAddress) {
    return MQ_RECEIVE.call(queue, address, length, priorityAddress);
  }

  static int mq_unlink(String name) {
    Struct of = Struct.string(name);
    int result = (int) MQ_UNLINK.call(of.address());
    keep(of);
    return result;
  }

  static int pipe2(Struct descriptors, int flags) {
    int result = (int) PIPE2.call(descriptors.address(), flags);
    keep(descriptors);
    return result;
  }

  static int eventfd(int count, int flags) {
    return (int) EVENTFD.call(count, flags);
  }

  static int poll(Struct descriptors, int count, int millis) {
    int result = (int) POLL.call(descriptors.address(), count, millis);
    keep(descriptors);
    return result;
  }

  static long syscall(long number, long first, long second) {
    return SYSCALL.call(number, first, second);
  }
}
