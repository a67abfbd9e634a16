package org.vertxipc.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.JvmProcess;
import org.vertxipc.testing.Processes;

class NativeLoaderTest {
  /** Runs in a separate JVM, because a JVM loads a library only once. */
  static final class Interrupted {
    private Interrupted() {}

    public static void main(String[] args) {
      Thread.currentThread().interrupt();
      Posix.load();
      System.out.println("loaded, " + Thread.currentThread().isInterrupted());
    }
  }

  @Test
  void anInterruptedThreadLoadsTheLibraryToo() throws Exception {
    List<String> command = JvmProcess.java();
    command.add(Interrupted.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertEquals("loaded, true", Processes.output(process).strip());
  }
}
