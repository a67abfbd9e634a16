package org.vertxipc.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  /** Tests large numbers, as container platforms give them. */
  @ParameterizedTest
  @ValueSource(ints = {0, 54_321, 1_000_650_000, Integer.MAX_VALUE})
  void aGroupMayBeItsNumber(int number) throws IOException {
    assertEquals(number, Access.group(Integer.toString(number)).gid());
  }

  @Test
  void aGroupThatThereCantBeIsRefused() {
    for (String group : new String[] {"2147483648", "9999999999", "nobody-has-it"}) {
      String e = assertThrows(IOException.class, () -> Access.group(group).gid()).getMessage();
      assertTrue(e.contains("There is no group '" + group + "'"), e);
    }
  }
}
