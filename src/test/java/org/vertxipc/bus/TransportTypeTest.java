package org.vertxipc.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.vertxipc.channel.Namespace;
import org.vertxipc.options.BusOptions;

/** Checks the table of transports against the options. */
class TransportTypeTest {
  private static List<TransportType> all() {
    return List.of(TransportType.values());
  }

  @Test
  void theTableHasTheTransportsOfTheOptions() {
    assertEquals(
        Set.copyOf(BusOptions.TRANSPORTS),
        all().stream().map(TransportType::option).collect(Collectors.toSet()));
  }

  @Test
  void eachIsFoundByItsNameAndByItsNumber() {
    for (TransportType type : all()) {
      assertEquals(type, TransportType.of(type.option()));
      assertEquals(Optional.of(type), TransportType.of(type.id()));
    }
  }

  /** Checks the numbers, which other releases and languages use, too; see docs/wire.md. */
  @Test
  void numbersStay() {
    assertEquals(
        "fifo 1, shm 2, sysv 3, anonymous 4, mqueue 5, mapped 6",
        Arrays.stream(TransportType.values())
            .map(type -> type.option() + " " + type.id())
            .collect(Collectors.joining(", ")));
  }

  /** Checks that errors name all that can be used instead. */
  @Test
  void aNamespaceNamesTheTransportsThatNeedNone() {
    Set<String> free =
        all().stream()
            .filter(type -> type.namespace() == null)
            .map(TransportType::option)
            .collect(Collectors.toSet());
    assertEquals(Set.of("shm", "fifo", "mapped"), free);
    for (Namespace namespace : TransportType.namespaces()) {
      String hint = namespace.hint("x");
      assertTrue(hint.contains("; shm, fifo and mapped need only"), hint);
    }
  }

  @Test
  void whatIsNotInTheTableIsNotFound() {
    assertEquals(Optional.empty(), TransportType.of(0));
    assertEquals(Optional.empty(), TransportType.of(255));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> TransportType.of("tcp"));
    assertEquals("Unknown transport 'tcp'", e.getMessage());
  }
}
