package org.vertxipc.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class LibCTest {
  @Test
  void eachThreadHasTheErrorOfItsOwnCall() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      boolean even = i % 2 == 0;
      tasks.add(
          () -> {
            for (int n = 0; n < 20_000; n++) {
              // A call that succeeds in between changes nothing.
              int result = even ? LibC.close(-1) : LibC.unlink("/proc/self/no-such-name");
              assertTrue(LibC.geteuid() >= 0);
              assertEquals(-1, result);
              assertEquals(even ? 9 : Errno.ENOENT.number(), LibC.errno());
            }
            return null;
          });
    }
    for (Future<Void> each : threads.invokeAll(tasks)) {
      each.get();
    }
    threads.shutdown();
  }

  @Test
  void aFunctionThatTheLibraryDoesNotHaveIsNamed() {
    CFunction none = new CFunction(CFunction.INT, "vertxipc_no_such_function");
    UnsatisfiedLinkError e = assertThrows(UnsatisfiedLinkError.class, none::call);
    assertTrue(e.getMessage().contains("vertxipc_no_such_function"), e.getMessage());
  }

  @Test
  void numbersOfAnySizeAreReturnedAsTheyAre() throws Exception {
    CFunction labs = new CFunction(CFunction.LONG, "labs", CFunction.LONG);
    CFunction abs = new CFunction(CFunction.INT, "abs", CFunction.INT);
    for (int bits = 0; bits < 63; bits++) {
      assertEquals(1L << bits, labs.call(-(1L << bits)));
      assertEquals(1L << bits, labs.call(1L << bits));
      if (bits < 31) {
        assertEquals(1 << bits, (int) abs.call(-(1 << bits)));
      }
    }
  }

  @Test
  void aStructureIsZeroAtFirstAndBounded() {
    Struct s = new Struct(12);
    assertEquals(0, s.getLong(0));
    s.putInt(8, -2);
    assertEquals(-2, s.getInt(8));
    assertThrows(IndexOutOfBoundsException.class, () -> s.putLong(8, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> s.getInt(-1));
  }

  @Test
  void aMappingOfSixArgumentsIsThatOfTheFile() throws Exception {
    int fd = MemoryFile.create("libc-test", 8192);
    try (Mapping mapping = Mapping.map(fd, 8192, Path.of("libc-test"))) {
      Struct s = new Struct(Long.BYTES);
      s.putLong(0, 0x1122334455667788L);
      assertEquals(8, LibC.pwrite(fd, s.address(), 8, 4096));
      assertEquals(0x1122334455667788L, mapping.buffer().getLong(4096));
    } finally {
      Posix.close(fd);
    }
  }
}
