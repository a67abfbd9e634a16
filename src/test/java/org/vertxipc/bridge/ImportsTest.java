package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportsTest {
  @ParameterizedTest
  @CsvSource({
    // pattern, what it matches, what it does not
    "orders, orders, orders.new order ordersx",
    "orders.*, orders.new orders.new.eu orders..x orders.x*y?, orders orders. ordersx xorders.new",
    "a.b.*, a.b.c, a.b a.b. a.bc.d a.c.d",
    "*, orders a.b x, __vertx.reply.1 __vertxx a* *",
    "__vertx.x, , __vertx.x",
    "__vertx.*, , __vertx.x",
  })
  void aPatternMatches(String pattern, String matched, String others) {
    Imports imports = new Imports(List.of(pattern));
    for (String address : matched == null ? List.<String>of() : List.of(matched.split(" "))) {
      // An address with a '*' is never shared: one that has it is in the table to show that.
      assertEquals(address.indexOf('*') < 0, imports.matches(address), address);
    }
    for (String address : List.of(others.split(" "))) {
      assertEquals(false, imports.matches(address), address);
    }
    assertEquals(false, imports.matches(""));
  }
}
