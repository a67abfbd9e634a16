package org.vertxipc.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrnoTest {
  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OTHER")
  void anErrorHasTheNumberAndTheNameOfThePlatform(Errno errno) {
    assertEquals(jnr.constants.platform.Errno.valueOf(errno.name()).intValue(), errno.number());
    assertEquals(errno, Errno.of(errno.number()));
    PosixException e = new PosixException("open", "x", errno.number());
    assertEquals(errno, e.errno());
    String words = jnr.constants.platform.Errno.valueOf(errno.name()).description();
    String start = "open(x) failed: " + words + " (" + errno + ")";
    assertTrue(e.getMessage().startsWith(start), e.getMessage());
  }

  @Test
  void anErrorThatNobodyTellsApartKeepsItsNumberItsTextAndItsName() {
    int rofs = jnr.constants.platform.Errno.EROFS.intValue();
    PosixException e = new PosixException("mkdir", "/x", rofs);
    assertEquals(Errno.OTHER, e.errno());
    assertEquals(rofs, e.number());
    assertEquals("mkdir(/x) failed: Read-only file system (EROFS)", e.getMessage());
  }

  @Test
  void aNumberThatNoPlatformHasIsKept() {
    for (int number : new int[] {-1, 0, 4095, Integer.MAX_VALUE}) {
      PosixException e = new PosixException("open", "/x", number);
      assertEquals(Errno.OTHER, e.errno());
      assertEquals(number, e.number());
    }
  }

  @Test
  void aFailedCallSaysWhichErrorItIs() throws Exception {
    Path there = Files.createFile(dir.resolve("there"));
    PosixException e = assertThrows(PosixException.class, () -> Posix.mkdir(there, 0700));
    assertEquals(Errno.EEXIST, e.errno());
    assertTrue(e.is(Errno.ENOENT, Errno.EEXIST));
    assertFalse(e.is(Errno.ENOENT));
    assertEquals("mkdir(" + there + ") failed: File exists (EEXIST)", e.getMessage());
  }
}
