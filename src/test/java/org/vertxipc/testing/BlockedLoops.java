package org.vertxipc.testing;

import io.vertx.core.VertxOptions;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Listens to Vert.x's blocked-thread checker, set to 50 ms.
 *
 * <p>The checker uses the clock. On two cores that several JVMs share, a thread may wait that long
 * for a core, whatever it does: then the stack shows ordinary code. A thread that really blocks is
 * found in the call that blocks it: parked, waiting, asleep, or in one of the bridge's system calls
 * that may block. Only those reports count. Reads and writes are not among them, because every
 * descriptor of the bridge is non-blocking. Nor is mmap(2) of an existing file, which waits for
 * nothing.
 */
public final class BlockedLoops extends Handler {
  // This reference keeps the logger, and its handler, from being collected.
  private static final Logger LOGGER = Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");

  private static final Set<String> WAITS =
      Set.of("park", "wait", "wait0", "sleep", "sleep0", "join", "readBytes", "writeBytes");

  // An idle loop waits in epoll, which is in another class.
  private static final Set<String> WAITING_CLASSES =
      Set.of(
          "jdk.internal.misc.Unsafe",
          "java.lang.Object",
          "java.lang.Thread",
          "java.io.FileInputStream",
          "java.io.FileOutputStream");

  private static final Set<String> SLOW = Set.of("allocate", "mkdir", "mkfifo", "rmdir", "load");

  private static final BlockedLoops INSTANCE = new BlockedLoops();

  private final Queue<String> reports = new ConcurrentLinkedQueue<>();

  private BlockedLoops() {}

  public static VertxOptions watch(VertxOptions options) {
    LOGGER.removeHandler(INSTANCE);
    LOGGER.addHandler(INSTANCE);
    LOGGER.setUseParentHandlers(false);
    return options
        .setBlockedThreadCheckInterval(10)
        .setMaxEventLoopExecuteTime(50)
        .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
        .setWarningExceptionTime(50)
        .setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS);
  }

  /** Returns the stacks of event loops that were blocked since the last call. */
  public static String found() {
    StringBuilder found = new StringBuilder();
    for (String report = INSTANCE.reports.poll();
        report != null;
        report = INSTANCE.reports.poll()) {
      found.append(report).append('\n');
    }
    return found.toString();
  }

  @Override
  public void publish(LogRecord record) {
    if (record.getThrown() == null) {
      return;
    }
    StackTraceElement[] stack = record.getThrown().getStackTrace();
    boolean blocked =
        stack.length > 0
            && WAITING_CLASSES.contains(stack[0].getClassName())
            && WAITS.contains(stack[0].getMethodName());
    StringBuilder text = new StringBuilder(String.valueOf(record.getMessage()));
    for (StackTraceElement e : stack) {
      if (e.getClassName().startsWith("jdk.internal.loader.")) {
        return; // The JVM loads a class: it does so where it is first used.
      }
      if (e.getClassName().startsWith("org.apache.maven.surefire.")
          || e.getClassName().equals("java.util.logging.ConsoleHandler")) {
        return; // It waits for whoever runs the tests to take what it has printed or logged.
      }
      blocked |=
          e.getClassName().startsWith("org.vertxipc.posix.") && SLOW.contains(e.getMethodName());
      if (e.getClassName().equals("java.util.logging.LogManager")) {
        return; // The JDK makes its log's handlers at the first message, and others wait for that.
      }
      text.append("\n  at ").append(e);
    }
    if (blocked) {
      reports.add(text.toString());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
