package org.vertxipc.machine;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandCodecTest {
  private static final int FIRST_LENGTH = 1;
  // An exception with its trace is some thousands of bytes.
  private static final long MOST_ALLOCATED = 1 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * A command and its bytes, which other versions read: none of the bytes may ever change.
   *
   * @param command any
   * @param bytes in hexadecimal digits, blanks between the parts
   */
  record Row(Command<?> command, String bytes) {
    @Override
    public String toString() {
      return command.toString();
    }
  }

  static List<Row> table() {
    String a = " 01000000 61";
    String m = " 01000000 6d";
    return List.of(
        new Row(new MemberCommand.Join("a", 2, 3), "01" + a + " 02000000 0300000000000000"),
        new Row(new MemberCommand.Join("é", -1, -1), "01 02000000 c3a9 ffffffff ffffffffffffffff"),
        new Row(new MemberCommand.Leave("a"), "02" + a),
        new Row(new MemberCommand.Leave(""), "02 00000000"),
        new Row(new MemberCommand.Info("a", hex("00ff")), "03" + a + " 02000000 00ff"),
        new Row(
            new RegistrationCommand.Register("m", "a", 256), "04" + m + a + " 0001000000000000"),
        new Row(
            new RegistrationCommand.Unregister("m", "a", 1), "05" + m + a + " 0100000000000000"),
        new Row(
            new MapCommand.Set("m", hex("07"), Condition.ALWAYS, null, hex("0809"), 5).at(16),
            "06"
                + m
                + " 01000000 07 01 ffffffff 02000000 0809"
                + " 0500000000000000 1000000000000000 1500000000000000"),
        new Row(
            new MapCommand.Set("m", hex(""), Condition.ABSENT, null, hex(""), MapCommand.FOREVER),
            "06"
                + m
                + " 00000000 02 ffffffff 00000000"
                + " ffffffffffffff7f 0000000000000080 ffffffffffffff7f"),
        new Row(
            new MapCommand.Set("m", hex("07"), Condition.PRESENT, null, null, 1).at(0),
            "06"
                + m
                + " 01000000 07 03 ffffffff ffffffff"
                + " 0100000000000000 0000000000000000 0100000000000000"),
        new Row(
            new MapCommand.Set("m", hex("07"), Condition.EQUAL, hex("08"), null, 1).at(0),
            "06"
                + m
                + " 01000000 07 04 01000000 08 ffffffff"
                + " 0100000000000000 0000000000000000 0100000000000000"),
        new Row(new MapCommand.Clear("m"), "07" + m),
        new Row(new CounterCommand.Add("m", -2), "08" + m + " feffffffffffffff"),
        new Row(
            new CounterCommand.CompareAndSet("m", 1, Long.MIN_VALUE),
            "09" + m + " 0100000000000000 0000000000000080"),
        new Row(new LockCommand.Acquire("m", "a", 1), "0a" + m + a + " 0100000000000000"),
        new Row(new LockCommand.Release("m", "a", 1), "0b" + m + a + " 0100000000000000"),
        new Row(new LockCommand.Cancel("m", "a", 1), "0c" + m + a + " 0100000000000000"));
  }

  private static Bytes hex(String digits) {
    return new Bytes(HexFormat.of().parseHex(digits));
  }

  @Test
  void theTableHasAllKindsAndConditions() {
    Set<Object> kinds = new HashSet<>();
    Set<Object> types = new HashSet<>();
    Set<Object> conditions = new HashSet<>();
    for (Row row : table()) {
      kinds.add(row.command().kind());
      types.add(row.command().getClass());
      if (row.command() instanceof MapCommand.Set set) {
        conditions.add(set.condition());
      }
    }
    assertEquals(EnumSet.allOf(CommandKind.class), kinds);
    assertEquals(EnumSet.allOf(Condition.class), conditions);
    assertEquals(records(Command.class).collect(toSet()), types);
  }

  private static Stream<Class<?>> records(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(CommandCodecTest::records)
        : Stream.of(type);
  }

  @ParameterizedTest
  @MethodSource("table")
  void aCommandHasItsBytes(Row row) {
    byte[] bytes = HexFormat.of().parseHex(row.bytes().replace(" ", ""));
    assertArrayEquals(bytes, row.command().encode());
    assertEquals(row.command(), Command.decode(bytes));
  }

  /** The buffer grows meanwhile. */
  @Test
  void aLongCommandIsWhatItWas() {
    byte[] value = new byte[100_000];
    value[99_999] = 1;
    Command<?> command =
        new MapCommand.Set(
            "m".repeat(1000), new Bytes(value), Condition.EQUAL, new Bytes(value), hex("00"), 1);
    assertEquals(command, Command.decode(command.encode()));
  }

  @ParameterizedTest
  @MethodSource("table")
  void aCommandThatEndsEarlyIsNone(Row row) {
    byte[] bytes = row.command().encode();
    for (int length = 0; length < bytes.length; length++) {
      refuse(Arrays.copyOf(bytes, length));
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void aCommandThatGoesOnIsNone(Row row) {
    byte[] bytes = row.command().encode();
    for (int more : new int[] {1, 4, 1000}) {
      refuse(Arrays.copyOf(bytes, bytes.length + more));
    }
  }

  private static BadCommandException refuse(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    BadCommandException refused =
        assertThrowsExactly(BadCommandException.class, () -> Command.decode(bytes));
    assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before < MOST_ALLOCATED);
    return refused;
  }

  /** All begin with a name. */
  @ParameterizedTest
  @MethodSource("table")
  void aLengthThatCannotBeIsRefused(Row row) {
    byte[] bytes = row.command().encode();
    int behind = bytes.length - FIRST_LENGTH - Integer.BYTES;
    for (int length : new int[] {-1, -2, Integer.MIN_VALUE, Integer.MAX_VALUE, behind + 1}) {
      refuse(with(bytes, FIRST_LENGTH, length));
    }
  }

  /** Wherever a number is put, it is a number, or refused as a length. */
  @ParameterizedTest
  @MethodSource("table")
  void aNumberAnywhereDoesNoHarm(Row row) {
    byte[] bytes = row.command().encode();
    for (int at = 0; at <= bytes.length - Integer.BYTES; at++) {
      for (int number : new int[] {-1, -2, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30, 0}) {
        decodeAnything(with(bytes, at, number));
      }
    }
  }

  private static byte[] with(byte[] bytes, int at, int number) {
    byte[] changed = bytes.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, number);
    return changed;
  }

  /** Whatever is read is a command that can be written, and machines can apply it. */
  private static void decodeAnything(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Command<?> command;
    try {
      command = Command.decode(bytes);
    } catch (BadCommandException e) {
      command = null;
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < MOST_ALLOCATED + 8L * bytes.length, () -> allocated + " bytes");
    if (command != null) {
      assertEquals(command, Command.decode(command.encode()));
      new Machine(new Told()).apply(command);
    }
  }

  @Test
  void whatMustBeThereMayNotBeAbsent() {
    // The key of a map's entry, and what a member says of itself.
    refuse(HexFormat.of().parseHex("06" + "01000000" + "6d" + "ffffffff" + "00".repeat(33)));
    refuse(HexFormat.of().parseHex("03" + "01000000" + "6d" + "ffffffff"));
    assertThrows(
        NullPointerException.class,
        () -> new MapCommand.Set("m", null, Condition.ALWAYS, null, null, 1).encode());
    assertThrows(NullPointerException.class, () -> new MemberCommand.Info("a", null).encode());
  }

  @Test
  void anUnknownKindIsRefused() {
    Set<Integer> known = new HashSet<>();
    EnumSet.allOf(CommandKind.class).forEach(kind -> known.add(kind.number()));
    for (Row row : table()) {
      byte[] bytes = row.command().encode();
      for (int kind = Byte.MIN_VALUE; kind <= Byte.MAX_VALUE; kind++) {
        if (!known.contains(kind)) {
          bytes[0] = (byte) kind;
          assertEquals("a command of kind " + kind, refuse(bytes).getMessage());
        }
      }
    }
  }

  @Test
  void anUnknownConditionIsRefused() {
    byte[] bytes = new MapCommand.Set("m", hex("07"), Condition.ALWAYS, null, null, 1).encode();
    int at = FIRST_LENGTH + Integer.BYTES + 1 + Integer.BYTES + 1;
    assertEquals(Condition.ALWAYS.number(), bytes[at]);
    for (int number = Byte.MIN_VALUE; number <= Byte.MAX_VALUE; number++) {
      if (number < 1 || number > Condition.values().length) {
        bytes[at] = (byte) number;
        assertEquals("a condition of number " + number, refuse(bytes).getMessage());
      }
    }
  }

  @Property(tries = 20_000)
  void bytesAreACommandOrRefused(@ForAll byte[] bytes) {
    decodeAnything(bytes);
  }

  /** Most others are refused at their first byte. */
  @Property(tries = 20_000)
  void bytesOfAKnownKindAreACommandOrRefused(@ForAll CommandKind kind, @ForAll byte[] rest) {
    byte[] bytes = new byte[rest.length + 1];
    bytes[0] = (byte) kind.number();
    System.arraycopy(rest, 0, bytes, 1, rest.length);
    decodeAnything(bytes);
  }

  /** Damages a command at a few places. */
  @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE)
  void aDamagedCommandIsOneOrRefused(@ForAll("damaged") byte[] bytes) {
    decodeAnything(bytes);
  }

  @Provide
  Arbitrary<byte[]> damaged() {
    Arbitrary<byte[]> whole = Arbitraries.of(table()).map(row -> row.command().encode());
    Arbitrary<List<Integer>> places = Arbitraries.integers().between(0, 60).list().ofMaxSize(3);
    Arbitrary<byte[]> what = Arbitraries.bytes().array(byte[].class).ofSize(3);
    Arbitrary<Integer> lengths = Arbitraries.integers().between(-2, 2);
    return Combinators.combine(whole, places, what, lengths)
        .as(
            (bytes, at, with, more) -> {
              byte[] damaged = Arrays.copyOf(bytes, bytes.length + more);
              for (int i = 0; i < at.size(); i++) {
                damaged[at.get(i) % damaged.length] = with[i];
              }
              return damaged;
            });
  }
}
