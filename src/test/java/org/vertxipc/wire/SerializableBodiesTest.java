package org.vertxipc.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests Java's own serialisation: of listed classes, and of no others. */
class SerializableBodiesTest {
  private static boolean ran;

  /** A body with what need not be listed, and a list, which must. */
  record Order(String customer, Integer count, List<Long> prices, List<String> notes)
      implements Serializable {}

  /** Something that an attacker would like to have read. */
  static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      ran = true;
    }
  }

  private static final SerializableBodies ORDERS =
      SerializableBodies.of(List.of(Order.class.getName(), "java.util.ArrayList"));

  private static byte[] bytes(Object o) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(o);
    }
    return bytes.toByteArray();
  }

  private static String refused(SerializableBodies rule, byte[] bytes) {
    return assertThrows(IllegalArgumentException.class, () -> rule.read(bytes)).getMessage();
  }

  @Test
  void whatIsListedComesBack() {
    Order order =
        new Order("me", 3, new ArrayList<>(List.of(1L, 2L)), new ArrayList<>(List.of("soon")));
    Order back = (Order) ORDERS.read(ORDERS.write(order));
    assertEquals(order.notes(), back.notes());
    assertEquals(order.prices(), back.prices());
    assertEquals("me", back.customer());
    assertEquals(3, back.count());
    assertTrue(SerializableBodies.of(List.of("org.vertxipc.wire.*")).isListed(Order.class));
    assertFalse(SerializableBodies.of(List.of("org.vertxipc.*")).isListed(Order.class));
  }

  @Test
  void nothingIsReadWhenNothingIsListed() throws Exception {
    String why = refused(SerializableBodies.NONE, bytes("even a string"));
    assertTrue(why.contains("bus.serializable lists no classes"), why);
  }

  @Test
  void whatIsNotListedDoesNotRun() throws Exception {
    for (Object o :
        List.of(
            new Gadget(),
            new Gadget[] {new Gadget()},
            new ArrayList<>(List.of(new Gadget())),
            new Object[][] {{new Gadget()}})) {
      String why = refused(ORDERS, bytes(o));
      assertTrue(why.contains("Gadget") && why.contains("bus.serializable"), why);
    }
    assertFalse(ran);
  }

  @Test
  void proxiesAreRefused() throws Exception {
    Object proxy =
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Comparable.class},
            (java.lang.reflect.InvocationHandler & Serializable) (p, m, args) -> 0);
    String why = refused(SerializableBodies.of(List.of("java.lang.reflect.*")), bytes(proxy));
    assertTrue(why.contains("proxy"), why);
  }

  @Test
  void aShortBodyNeitherTakesMuchMemoryNorTime() throws Exception {
    // An array that says it is long: the length is the four bytes before the elements.
    byte[] array = bytes(new long[1]);
    array[array.length - 12] = 0x7f;
    assertTrue(refused(ORDERS, array).contains("REJECTED"), refused(ORDERS, array));
    // Sets in sets, whose hash codes take time that doubles with each.
    Set<Object> root = new HashSet<>();
    Set<Object> one = root;
    Set<Object> two = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Set<Object> nextOne = new HashSet<>();
      Set<Object> nextTwo = new HashSet<>();
      nextOne.add("x");
      one.add(nextOne);
      one.add(nextTwo);
      two.add(nextOne);
      two.add(nextTwo);
      one = nextOne;
      two = nextTwo;
    }
    assertTrue(refused(ORDERS, bytes(root)).contains("HashSet"));
    assertTrue(
        refused(SerializableBodies.of(List.of("java.util.*")), bytes(nested())).contains("REJ"));
  }

  private static Object nested() {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      list = new ArrayList<>(List.of(list));
    }
    return list;
  }
}
