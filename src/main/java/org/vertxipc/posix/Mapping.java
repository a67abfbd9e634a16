package org.vertxipc.posix;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file mapped shared into memory, see {@code mmap(2)}. Unlike with {@code FileChannel.map}, it is
 * unmapped when it is closed and not when the garbage collector finds it. Not thread-safe.
 */
public final class Mapping extends ForeignMemory {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final Path ZERO = Path.of("/dev/zero");

  // The JVM does so since Java 19.
  private static final boolean FAULTS_COME_AT_SAFEPOINTS = Runtime.version().feature() >= 19;
  private static final Object ENTRY = new Object();

  // It is written, so that the compiler does not omit the call.
  @SuppressWarnings("UnusedVariable")
  private static boolean entered;

  @SuppressWarnings("UnusedVariable")
  private static byte[][] made;

  private static int none;

  private final int size;

  private Mapping(long address, int size) {
    super(address, size, false);
    this.size = size;
  }

  static void load() {
    ByteBuffer probe = ByteBuffer.allocateDirect(8);
    MemoryIO.getInstance().newDirectByteBuffer(Posix.address(probe), 8).getLong(0);
  }

  /**
   * Maps the first bytes of an open file for reading and writing.
   *
   * @param fd a file open for both; it may be closed afterwards
   * @param size in bytes, at most the size of the file, which is checked here
   * @param path the path, for the message
   * @return the mapping
   * @throws IOException when the file is too small or the call fails
   */
  public static Mapping map(int fd, int size, Path path) throws IOException {
    requireSize(fd, size, path);
    return mapAll(fd, size, path);
  }

  /**
   * Maps {@code /dev/zero} shared, see {@code zero(4)}: zeroed memory that has no name, and that
   * only this process and those it forks can reach.
   *
   * @param size in bytes
   * @return the mapping
   * @throws IOException when it fails
   */
  public static Mapping zero(int size) throws IOException {
    int fd = Posix.open(ZERO, Posix.O_RDWR, 0);
    try {
      return mapAll(fd, size, ZERO);
    } finally {
      Posix.close(fd);
    }
  }

  /**
   * Raises the error that a fault in a mapping has left pending: a thread that touches a mapped
   * file that somebody truncated gets a SIGBUS, which the JVM turns into an {@code InternalError}.
   * Compiled code gets it only when it next enters the JVM, which may be in the middle of anything,
   * for instance an event loop's own code. So this must be called after mapped memory was touched,
   * before anything else is done. It takes 15 to 40 ns.
   *
   * @throws InternalError when there was a fault
   */
  public static void raiseFault() {
    if (FAULTS_COME_AT_SAFEPOINTS) {
      // A native method checks for a pending error when it returns.
      entered = Thread.holdsLock(ENTRY);
    } else {
      // The JVM itself creates an array of several dimensions that the compiler does not know, and
      // checks for a pending error afterwards. A native method would not do.
      made = new byte[none][none];
    }
  }

  /**
   * Fails when a file that is mapped was truncated, to be called when a fault was met. One access
   * may raise two faults: one where it was made, and one that stays pending until the thread next
   * enters the JVM, for instance in the call that looks at the file. So what is pending is taken
   * first: what it has to say is what is asked here.
   *
   * @param fd the file
   * @param size what is needed, in bytes
   * @param path the path, for the message
   * @throws IOException when the file is smaller than that
   */
  public static void requireWhole(int fd, int size, Path path) throws IOException {
    InternalError pending = null;
    try {
      raiseFault();
    } catch (InternalError e) {
      // If it is another mapping's, the owner of that meets it again when it next uses it.
      pending = e;
    }
    try {
      requireSize(fd, size, path);
    } catch (IOException e) {
      if (pending != null) {
        e.addSuppressed(pending);
      }
      throw e;
    }
  }

  /**
   * Returns what a fault in a mapping says, for those who know only one mapping that it can be of.
   *
   * @param fault as it was met
   * @param fd the file
   * @param size what is needed, in bytes
   * @param path the path, for the message
   * @return how long the file is, when that is too short
   */
  public static IOException explain(InternalError fault, int fd, int size, Path path) {
    IOException why;
    try {
      requireWhole(fd, size, path);
      why = new IOException("a fault of memory at " + path);
    } catch (IOException e) {
      why = e;
    }
    why.addSuppressed(fault);
    return why;
  }

  /**
   * Fails when a file is smaller than its mapping.
   *
   * @param fd the file
   * @param size what is needed, in bytes
   * @param path the path, for the message
   * @throws IOException when it does
   */
  public static void requireSize(int fd, int size, Path path) throws IOException {
    long length = Posix.fstat(fd).size();
    if (length < size) {
      throw new IOException(path + " holds " + length + " bytes, expected at least " + size);
    }
  }

  private static Mapping mapAll(int fd, int size, Path path) throws PosixException {
    long address = LibC.mmap(size, PROT_READ_WRITE, MAP_SHARED, fd, 0);
    if (address == -1) {
      throw new PosixException("mmap", path + ", " + size + " bytes", Posix.lastError());
    }
    return new Mapping(address, size);
  }

  /** Unmaps, {@code munmap(2)}. */
  @Override
  void giveBack(long at) throws PosixException {
    if (LibC.munmap(at, size) < 0) {
      throw new PosixException("munmap", size + " bytes", Posix.lastError());
    }
  }
}
