package org.vertxipc.testing.mesh;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.mesh.LedgerEntry.Kind;
import org.vertxipc.testing.mesh.LedgerEntry.Outcome;
import org.vertxipc.testing.mesh.MessageId.Act;

/** Tests that the check of the ledgers finds what is wrong in them, and nothing that is right. */
class MeshReportTest extends MeshReportFixture {
  @Test
  void whatIsRightIsRight() throws Exception {
    for (MeshScript.Life life : List.of(zero, one, five)) {
      for (int i = 0; i < 20; i++) {
        long id =
            life.send(i % 2 == 0 ? MessageId.Kind.SEND : MessageId.Kind.PUBLISH, STRICT, SOME + i);
        zero.get(id, zero.permanent(STRICT), SOME + i + 1);
      }
    }
    long asked = five.request(Act.FAIL, STRICT, SOME, true);
    zero.get(asked, zero.permanent(STRICT), SOME + 1);
    five.end(asked, Outcome.FAILED_AS_ASKED, SOME + 2);
    long silent = five.request(Act.SILENT, STRICT, SOME, false);
    zero.get(silent, zero.permanent(STRICT), SOME + 1);
    five.end(silent, Outcome.TIMED_OUT, SOME + script.timeout(silent));
    nothing(endAll());
  }

  @Test
  void aDuplicateIsFound() throws Exception {
    long id = one.send(MessageId.Kind.SEND, STRICT, SOME);
    zero.get(id, zero.permanent(STRICT), SOME + 1);
    zero.get(id, zero.permanent(STRICT), SOME + 2);
    long published = one.send(MessageId.Kind.PUBLISH, STRICT, SOME);
    zero.get(published, zero.permanent(STRICT), SOME + 1);
    // The mark of a redelivery excuses only nodes that keep messages.
    zero.getAgain(published, zero.permanent(STRICT), SOME + 2);
    only(MeshFinding.TWICE, 2, endAll());
  }

  @Test
  void aSendThatTwoConsumersGotIsFoundAndAPublishIsNot() throws Exception {
    int first = zero.consumer("f.0", 0, false);
    int second = zero.consumer("f.0", 0, false);
    long id = zero.send(MessageId.Kind.SEND, "f.0", SOME);
    zero.get(id, first, SOME + 1);
    zero.get(id, second, SOME + 1);
    long published = zero.send(MessageId.Kind.PUBLISH, "f.0", SOME);
    zero.get(published, first, SOME + 1);
    zero.get(published, second, SOME + 1);
    only(MeshFinding.TWICE, 1, endAll());
  }

  @Test
  void whatIsMarkedMayComeAgainToTheNextLifeOfWhoKeepsMessages() throws Exception {
    use(plan -> plan.nodes().get(5).keepsMessages());
    long id = one.write(MessageId.Kind.SEND, "d.n5", SOME, 0);
    long unmarked = one.write(MessageId.Kind.SEND, "d.n5", SOME, 0);
    five.get(id, five.permanent("d.n5"), SOME + 1);
    five.get(unmarked, five.permanent("d.n5"), SOME + 1);
    five.kill(SOME + 10);
    MeshScript.Life next = script.start(5, 2, SOME + 1_000);
    next.getAgain(id, next.permanent("d.n5"), SOME + 2_000);
    next.close(MeshScript.END);
    nothing(end());

    next.get(unmarked, next.permanent("d.n5"), SOME + 2_000);
    // It is marked, but the consumer is the same.
    next.getAgain(id, next.permanent("d.n5"), SOME + 2_000);
    only(MeshFinding.TWICE, 2, script.check());
  }

  @Test
  void aLossAtAConsumerThatStaysIsFound() throws Exception {
    five.send(MessageId.Kind.SEND, STRICT, SOME);
    long id = five.send(MessageId.Kind.PUBLISH, "s.all", SOME);
    zero.get(id, zero.permanent("s.all"), SOME);
    five.write(MessageId.Kind.SEND, STRICT, SOME, 0);
    // Of the three steady nodes the last one is not in this script.
    only(MeshFinding.LOST, 3, endAll());
  }

  @Test
  void whatIsSentAfterItBeganToCloseIsNotPromised() throws Exception {
    five.close(SOME);
    five.send(MessageId.Kind.SEND, STRICT, SOME + 1);
    nothing(end());
  }

  @Test
  void whatFollowsAGapIsFoundThoughItsSenderWasKilled() throws Exception {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(five.send(MessageId.Kind.SEND, STRICT, SOME + i));
    }
    five.kill(SOME + 20);
    for (int i = 0; i < 7; i++) {
      zero.get(ids.get(i), zero.permanent(STRICT), SOME + i);
    }
    nothing(end());

    zero.get(ids.get(9), zero.permanent(STRICT), SOME + 9);
    only(MeshFinding.GAP, 2, script.check());
  }

  @Test
  void aWriteThatFailedIsFound() throws Exception {
    five.write(MessageId.Kind.SEND, STRICT, SOME, 7003);
    only(MeshFinding.FAILED, 1, endAll());
  }

  @Test
  void aWriteThatNeverEndedIsFound() throws Exception {
    five.beginToWrite(MessageId.Kind.SEND, STRICT, SOME);
    only(MeshFinding.UNFINISHED, 1, endAll());
  }

  @Test
  void whatIsStoredComesHoweverLate() throws Exception {
    use(plan -> plan.nodes().get(5).keepsMessages());
    five.kill(SOME - 10);
    long id = one.write(MessageId.Kind.SEND, "d.n5", SOME, 0);
    // Its sender was not told that it is stored.
    one.write(MessageId.Kind.SEND, "d.n5", SOME, 7003);
    MeshScript.Life next = script.start(5, 2, SOME + 1_000);
    next.close(MeshScript.END);
    only(MeshFinding.STORED_LOST, 1, end());

    next.get(id, next.permanent("d.n5"), SOME + 20_000);
    nothing(script.check());
  }

  @Test
  void whatOvertookIsFound() throws Exception {
    long first = five.send(MessageId.Kind.SEND, STRICT, SOME);
    long second = five.send(MessageId.Kind.PUBLISH, STRICT, SOME + 1);
    zero.get(second, zero.permanent(STRICT), SOME + 2);
    zero.get(first, zero.permanent(STRICT), SOME + 3);
    only(MeshFinding.OVERTAKEN, 1, endAll());
  }

  private interface Event {
    void happen(int consumerOfFive) throws Exception;
  }

  /** Sends two messages to an address of zero and five; the second arrives first. */
  private MeshFindings overtaken(Event event) throws Exception {
    setUp();
    zero.export("f.0", 0);
    five.export("f.0", 0);
    int here = zero.consumer("f.0", 0, false);
    int there = five.consumer("f.0", 0, false);
    long first = one.send(MessageId.Kind.SEND, "f.0", SOME);
    long second = one.send(MessageId.Kind.SEND, "f.0", SOME + 1);
    event.happen(there);
    zero.get(second, here, SOME + 2);
    zero.get(first, here, SOME + 3);
    return endAll();
  }

  @Test
  void whatOvertookIsAllowedWhenItMayHaveComeBack() throws Exception {
    only(MeshFinding.OVERTAKEN, 1, overtaken(there -> {}));
    only(MeshFinding.OVERTAKEN, 1, overtaken(there -> five.withdraw("f.0", SOME - 20_000)));
    nothing(overtaken(there -> five.withdraw("f.0", SOME - 1_000)));
    nothing(overtaken(there -> five.unregister("f.0", there, SOME + 1)));
    // It exports the address and has no consumer.
    nothing(overtaken(there -> five.unregister("f.0", there, SOME - 20_000)));
  }

  @Test
  void requestsDoNotWaitInStoresAndMayOvertakeWhatDoes() throws Exception {
    use(plan -> plan.nodes().get(0).keepsMessages());
    long sent = five.send(MessageId.Kind.SEND, STRICT, SOME);
    long asked = five.request(Act.REPLY, STRICT, SOME, true);
    zero.get(asked, zero.permanent(STRICT), SOME + 1);
    five.end(asked, Outcome.REPLIED, SOME + 2);
    zero.get(sent, zero.permanent(STRICT), SOME + 2);
    nothing(endAll());
  }

  /** Sends and publishes a message that nobody gets, to an address of zero. */
  private MeshFindings vanished(int view, Event event) throws Exception {
    use(plan -> !plan.nodes().get(5).keepsMessages() && isOfZeroAlone(plan));
    zero.export("q.0", 0);
    int here = zero.consumer("q.0", 0, false);
    one.sendTo("q.0", MessageId.Kind.SEND, view, SOME);
    one.sendTo("q.0", MessageId.Kind.PUBLISH, view, SOME);
    event.happen(here);
    return endAll();
  }

  private static boolean isOfZeroAlone(MeshPlan plan) {
    return plan.addresses().stream()
        .noneMatch(a -> a.name().equals("q.0") && (!a.mayBeOn(0) || keeps(plan, a)));
  }

  private static boolean keeps(MeshPlan plan, MeshPlan.Address address) {
    return plan.nodes().stream().anyMatch(n -> n.keepsMessages() && address.mayBeOn(n.number()));
  }

  @Test
  void whatVanishesInAQuietTimeIsFound() throws Exception {
    only(MeshFinding.VANISHED, 2, vanished(1, here -> {}));
    // The sender knew of no consumer.
    nothing(vanished(0, here -> {}));
    nothing(vanished(1, here -> zero.unregister("q.0", here, SOME + 1_000)));
    nothing(vanished(1, here -> zero.withdraw("q.0", SOME + 1_000)));
    only(MeshFinding.VANISHED, 2, vanished(1, here -> zero.withdraw("q.0", SOME + 10_000)));
  }

  @Test
  void whatLeavesItsProcessOrEntersAnotherIsFound() throws Exception {
    long local = one.send(MessageId.Kind.SEND, "l.all", SOME);
    zero.get(local, zero.permanent("l.all"), SOME + 1);
    zero.export("f.0", 0);
    int consumer = zero.consumer("f.0", 0, true);
    long remote = one.send(MessageId.Kind.PUBLISH, "f.0", SOME);
    zero.get(remote, consumer, SOME + 1);
    long own = zero.write(MessageId.Kind.SEND, "f.0", SOME, 0);
    zero.get(own, zero.consumer("f.0", 0, false), SOME + 1);
    only(MeshFinding.ASTRAY, 3, endAll());
  }

  @Test
  void whatNobodySentIsFound() throws Exception {
    long id = one.send(MessageId.Kind.SEND, STRICT, SOME);
    zero.get(id, zero.permanent(STRICT), SOME);
    zero.get(id + 1, zero.permanent(STRICT), SOME);
    // It has the same number, but says that it is a publish.
    zero.get(id + (1L << 31), zero.permanent(STRICT), SOME);
    only(MeshFinding.INVENTED, 2, endAll());
  }

  @Test
  void whatIsTornIsFound() throws Exception {
    long id = one.send(MessageId.Kind.SEND, STRICT, SOME);
    zero.get(id, zero.permanent(STRICT), SOME);
    zero.write(Kind.TORN, MeshBody.Flaw.BODY, zero.permanent(STRICT), id, SOME);
    zero.write(Kind.TORN, MeshBody.Flaw.NAMELESS, zero.permanent(STRICT), 0, SOME);
    long asked = one.request(Act.REPLY, STRICT, SOME, true);
    zero.get(asked, zero.permanent(STRICT), SOME);
    one.end(asked, Outcome.TORN, SOME);
    only(MeshFinding.TORN, 3, endAll());
  }

  @Test
  void aPeerThatLivesAndIsTakenForGoneIsFound() throws Exception {
    one.peer(5, true, 100);
    one.peer(5, false, SOME + 1);
    zero.peer(1, true, 100);
    zero.peer(1, false, SOME);
    five.kill(SOME);
    only(MeshFinding.CUT_OFF, 1, end());
  }

  @Test
  void whatWasBeingWrittenWhenItWasKilledIsPassedOver() throws Exception {
    long id = five.send(MessageId.Kind.SEND, STRICT, SOME);
    five.tear();
    five.send(MessageId.Kind.SEND, STRICT, SOME + 1);
    zero.get(id, zero.permanent(STRICT), SOME);
    five.kill(SOME + 2);
    nothing(end());
  }

  @Test
  void whoGetsNoAnswersForTenSecondsIsWedged() throws Exception {
    MeshFindings findings = new MeshFindings();
    MeshWatch watch = new MeshWatch(2, findings);
    Ledger first = new Ledger(directory.resolve("first"));
    Ledger second = new Ledger(directory.resolve("second"));
    List<Ledger> up = List.of(first, second);
    List<Ledger> stopped = Arrays.asList(null, second);
    long seconds = 1_000_000_000;
    watch.look(up, 1);
    first.answered(1);
    watch.look(up, 9 * seconds);
    assertTrue(watch.look(up, 10 * seconds + 2));
    only(MeshFinding.WEDGED, 1, findings);
    // While one is stopped it can't answer; afterwards both have as much time as before.
    watch.look(stopped, 19 * seconds);
    assertFalse(watch.look(up, 28 * seconds));
    assertTrue(watch.look(up, 29 * seconds));
    only(MeshFinding.WEDGED, 3, findings);
  }
}
