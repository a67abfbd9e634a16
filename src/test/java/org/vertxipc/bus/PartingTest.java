package org.vertxipc.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vertxipc.faults.FaultTable;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.AtOnce;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.EachTransport;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.RawFrame;
import org.vertxipc.testing.Said;
import org.vertxipc.testing.TestBus;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.FrameKind;

/** Tests how two nodes part, normally or not, and meet again. */
@OnOneJdk
class PartingTest {
  private static final int MESSAGES = 50;

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static void awaitBoth(RawNode one, String nameOfOne, RawNode two, String nameOfTwo)
      throws Exception {
    Await.until("met", () -> one.peer(nameOfTwo) != null && two.peer(nameOfOne) != null);
  }

  /**
   * The two ends of a node that goes are closed one after the other, and a peer that is slow, as
   * one that is paused, finds either closed before it has read what came.
   */
  @EachTransport
  void whatWasSentComesBeforeTheEndWhicheverWayIsClosedFirst(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      RawNode reader = new RawNode(bus.vertx(true), bus.options("reader"));
      Await.get(reader.join());
      int read = 0;
      for (String own : List.of("fifo", "shm", "mqueue", "mapped")) {
        for (boolean wayInFirst : new boolean[] {true, false}) {
          String name = own + wayInFirst;
          RawNode leaver = new RawNode(bus.vertx(true), bus.options(name).setTransport(own));
          Await.get(leaver.join());
          awaitBoth(reader, "reader", leaver, name);
          reader.setPaused(true);
          assertEquals(MESSAGES, leaver.offer("reader", MESSAGES, 100));
          leaver.send("reader", ControlFrames.bare(FrameKind.BYE));
          LivePeer peer = leaver.peer("reader");
          Await.until("written", () -> on(leaver, peer::isFlushed));
          if (wayInFirst) {
            close(leaver, peer::closeWayIn);
            Await.until("noticed", () -> reader.events().contains(name + " muted"));
            close(leaver, peer::closeWayOut);
          } else {
            close(leaver, peer::closeWayOut);
            close(leaver, peer::closeWayIn);
          }
          reader.setPaused(false);
          Await.until("read to its end", () -> reader.events().contains(name + " left the bus"));
          List<Integer> numbers = reader.numbers();
          assertEquals(upTo(MESSAGES), numbers.subList(read, numbers.size()), name);
          read = numbers.size();
          Await.get(leaver.leave());
        }
      }
      Await.get(reader.leave());
    }
  }

  private static boolean on(RawNode node, Callable<Boolean> question) {
    try {
      return node.call(question);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void close(RawNode node, Runnable end) throws Exception {
    node.call(
        () -> {
          end.run();
          return null;
        });
  }

  @Test
  void whoTakesNothingAndSaysNothingIsNotWaitedFor() throws Exception {
    AtOnce.onEachTransport(PartingTest::isNotWaitedFor);
  }

  private static void isNotWaitedFor(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      RawNode reader = new RawNode(bus.vertx(true), bus.options("reader"));
      RawNode half = new RawNode(bus.vertx(true), bus.options("half"));
      Await.get(reader.join());
      Await.get(half.join());
      awaitBoth(reader, "reader", half, "half");
      reader.setPaused(true);
      assertEquals(MESSAGES, half.offer("reader", MESSAGES, 100));
      LivePeer peer = half.peer("reader");
      Await.until("written", () -> on(half, peer::isFlushed));
      close(half, peer::closeWayIn);
      Await.until("noticed", () -> reader.events().contains("half muted"));
      LivePeer ofReader = reader.peer("half");
      assertFalse(on(reader, ofReader::canSend));
      // A paused reader waits, however long it is paused.
      Thread.sleep(2 * LastWords.SILENCE_MILLIS);
      assertEquals(List.of("half up", "half muted"), reader.events());
      assertEquals(List.of(), reader.numbers());
      reader.setPaused(false);
      Await.until("given up", () -> reader.events().size() > 2);
      assertEquals(upTo(MESSAGES), reader.numbers());
      assertEquals(
          "half was cut off: it no longer reads, and has sent nothing for 1000 ms",
          reader.events().get(2));
      Await.get(half.leave());
      Await.get(reader.leave());
    }
  }

  @EachTransport
  void aNodeThatLeavesWaitsForAPeerThatIsPaused(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      RawNode reader = new RawNode(bus.vertx(true), bus.options("reader"));
      RawNode leaver =
          new RawNode(bus.vertx(true), bus.options("leaver").setCloseTimeoutMillis(20_000));
      Await.get(reader.join());
      Await.get(leaver.join());
      awaitBoth(reader, "reader", leaver, "leaver");
      Await.until("all is announced", () -> leaver.announcements() == 1);
      reader.setPaused(true);
      // These are more messages than any channel holds.
      assertEquals(100, leaver.offer("reader", 100, 60_000));
      Future<Void> left = leaver.leave();
      leaver.call(() -> null); // It has said goodbye.
      // What it announces concerns a leaver no more; what it sends does.
      reader.send("leaver", ControlFrames.export(1, "new", true));
      reader.send("leaver", ControlFrames.export(1, "again", true));
      reader.send("leaver", ControlFrames.withdraw(7));
      reader.send("leaver", ControlFrames.bare(FrameKind.SYNCED));
      assertEquals(1, reader.offer("leaver", 1, 100));
      Await.until("still takes messages", () -> leaver.numbers().size() == 1);
      assertFalse(left.isComplete());
      assertEquals(List.of(), reader.numbers());
      reader.setPaused(false);
      Await.get(left);
      Await.until("gone", () -> reader.events().contains("leaver left the bus"));
      assertEquals(upTo(100), reader.numbers());
      assertEquals(1, leaver.announcements(), "no more than before");
      for (String event : leaver.events()) {
        assertTrue(List.of("reader up", "reader muted", "reader left the bus").contains(event));
      }
      Await.get(reader.leave());
    }
  }

  /** Tests a successor that comes before this node has read what the last process wrote. */
  @EachTransport
  void aSuccessorIsMetWhenItsPredecessorHasBeenRead(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      RawNode reader = new RawNode(bus.vertx(true), bus.options("reader"));
      RawNode first = new RawNode(bus.vertx(true), bus.options("again"));
      RawNode second = new RawNode(bus.vertx(true), bus.options("again"));
      Await.get(reader.join());
      Await.get(first.join());
      awaitBoth(reader, "reader", first, "again");
      reader.setPaused(true);
      assertEquals(MESSAGES, first.offer("reader", MESSAGES, 100));
      Await.get(first.leave());
      Await.get(second.join());
      assertEquals(1, count(reader, "again up"));
      reader.setPaused(false);
      Await.until("met", () -> count(reader, "again up") == 2 && second.peer("reader") != null);
      assertEquals(upTo(MESSAGES), reader.numbers());
      List<String> events = new ArrayList<>(reader.events());
      events.remove("again muted");
      assertEquals(List.of("again up", "again left the bus", "again up"), events);
      assertEquals(1, second.offer("reader", 1, 10));
      Await.until("of use", () -> reader.numbers().size() == MESSAGES + 1);
      Await.get(second.leave());
      Await.get(reader.leave());
    }
  }

  /**
   * Tests that two live nodes connect again, whatever was wrong with one of them, and that what
   * repeats is logged once.
   */
  @Test
  void aPairThatWasCutOffMeetsAgainAtGrowingDistances() throws Exception {
    AtOnce.onEachTransport(PartingTest::meetsAgain);
  }

  private static void meetsAgain(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport);
        Said said = new Said()) {
      // All transports write to the same log.
      String name = "bad-" + transport;
      RawNode here = new RawNode(bus.vertx(true), bus.options("here"));
      RawNode bad = new RawNode(bus.vertx(true), bus.options(name));
      Await.get(here.join());
      Await.get(bad.join());
      for (int i = 0; i < 4; i++) {
        int times = i + 1;
        Await.until(
            "met", () -> count(here, name + " up") == times && count(bad, "here up") == times);
        long sent = System.nanoTime();
        bad.send("here", new RawFrame(new byte[] {FrameKind.FRAGMENT_NEXT, 0, 0, 0, 1}));
        Await.until("lost", () -> here.events().size() == 2 * times);
        Await.until("met again", () -> count(here, name + " up") == times + 1);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
        assertTrue(millis >= 100 << i, "met again after " + millis + " ms");
      }
      Await.until("met", () -> count(here, name + " up") == 5 && count(bad, "here up") == 5);
      String why = "Node '" + name + "' was cut off: further piece of a frame that has no first";
      String then = "; reconnecting in 100 ms if it is alive, then less often; repetitions are not";
      assertEquals(
          List.of(why + then + " logged"), said.starting("Node '" + name + "' was cut off"));
      if (FaultTable.isThorough()) {
        // This connection may end as those before it, until it has lasted for some time.
        String over = "Node '" + name + "' is connected; failures before that: ";
        Await.until(over, () -> !said.starting(over).isEmpty());
        assertEquals(List.of(over + 4), said.starting(over));
      }
      assertEquals(1, bad.offer("here", 1, 10));
      Await.until("of use again", () -> here.numbers().size() == 1);
      Await.get(bad.leave());
      Await.get(here.leave());
    }
  }

  private static long count(RawNode node, String event) {
    return node.events().stream().filter(event::equals).count();
  }

  /** Tests processes: the leaver receives by one transport, and the reader by another. */
  @ParameterizedTest
  @CsvSource({"fifo, shm", "shm, fifo", "fifo, mqueue"})
  void aProcessThatLeavesIsReadToItsEnd(String own, String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      NodeProcess reader = bus.process(bus.options("reader").addExport("t.n"));
      BusOptions options = bus.options("leaver").addImport("t.*").setTransport(own);
      options.setCloseTimeoutMillis(20_000);
      List<NodeProcess> leavers = List.of(bus.process(options), bus.process(options));
      reader.consume("t.n", "number");
      reader.call("start");
      for (int i = 0; i < leavers.size(); i++) {
        NodeProcess leaver = leavers.get(i);
        leaver.call("start");
        leaver.call("await", "t.n");
        int before = reader.count("t.n");
        reader.signal("STOP");
        // While it is stopped what it does not read waits; when it goes on, both ends close.
        int accepted = ((JsonObject) leaver.call("flood", "t.n", 50)).getInteger("accepted");
        reader.signal("CONT");
        leaver.close();
        int times = i + 1;
        Await.until("gone", () -> reader.gone().split("leaver").length == times + 1);
        assertEquals(accepted, reader.count("t.n") - before);
        assertFalse(reader.gone().contains("died"), reader.gone());
      }
    }
  }
}
