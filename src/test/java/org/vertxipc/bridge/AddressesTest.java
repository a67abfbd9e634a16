package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @ValueSource(strings = {"x", "orders.new", "_", "__vert", "x__vertx", " "})
  void mostMayBeShared(String address) {
    assertTrue(Addresses.isShareable(address));
    assertEquals(address, Addresses.require(address));
  }

  @ParameterizedTest
  @CsvSource({
    "'', at least one character",
    "*, '''*'': an exact address is needed'",
    "orders.*, '''orders.*'': an exact address is needed'",
    "*x, an exact address is needed",
    "__vertx, does not begin with '__vertx'",
    "__vertx.reply.1, does not begin with '__vertx'",
  })
  void othersAreRefusedWithTheReason(String address, String reason) {
    assertFalse(Addresses.isShareable(address));
    String said =
        assertThrows(IllegalArgumentException.class, () -> Addresses.require(address)).getMessage();
    assertTrue(said.contains(reason), said);
  }
}
