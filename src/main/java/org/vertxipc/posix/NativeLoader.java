package org.vertxipc.posix;

import com.kenai.jffi.MemoryIO;

/**
 * Loads the native library of jffi on a thread of its own. jffi unpacks it through a channel, which
 * an interrupt closes, and a load that has failed once fails for the life of the JVM: a Vert.x that
 * is closed interrupts its workers, and this must not break the bridges of all others.
 */
final class NativeLoader implements Runnable {
  private Throwable failure;

  private NativeLoader() {}

  /** Returns when it is loaded, even when the calling thread is interrupted. */
  static void load() {
    NativeLoader loader = new NativeLoader();
    Thread thread = new Thread(loader, "vertx-ipc-load");
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (loader.failure != null) {
      throw new LinkageError("jffi can't be loaded: " + loader.failure, loader.failure);
    }
  }

  // Nothing here may touch Posix, because the waiting thread is initialising that class.
  @Override
  public void run() {
    try {
      MemoryIO.getInstance();
      LibC.geteuid();
    } catch (RuntimeException | LinkageError e) {
      failure = e;
    }
  }
}
