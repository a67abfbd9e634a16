package org.vertxipc.testing.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.mesh.LedgerEntry.Kind;
import org.vertxipc.testing.mesh.LedgerEntry.Outcome;
import org.vertxipc.testing.mesh.MessageId.Act;

/** The check of the mesh's ledgers finds what is wrong in them, and nothing that is right. */
class MeshReportTest {
  private static final int SOME = 50_000;

  /** The address of zero alone, from beginning to end. */
  private static final String STRICT = "s.n0";

  @TempDir Path directory;
  private MeshScript script;

  /** Steady, from beginning to end. */
  private MeshScript.Life zero;

  private MeshScript.Life one;

  /** Mortal. */
  private MeshScript.Life five;

  @BeforeEach
  void setUp() throws Exception {
    use(plan -> !plan.nodes().get(0).keepsMessages() && !plan.nodes().get(5).keepsMessages());
  }

  /** The first plan that is as needed, with the nodes 0, 1, 2 and 5. */
  private void use(Predicate<MeshPlan> needed) throws Exception {
    long seed = 0;
    MeshPlan plan = new MeshPlan(seed, BusOptions.TRANSPORTS);
    while (!needed.test(plan)) {
      plan = new MeshPlan(++seed, BusOptions.TRANSPORTS);
    }
    script = new MeshScript(plan, Files.createTempDirectory(directory, "ledgers"));
    zero = script.start(0);
    one = script.start(1);
    five = script.start(5);
  }

  private MeshFindings end() throws Exception {
    zero.close(MeshScript.END);
    one.close(MeshScript.END);
    return script.check();
  }

  private MeshFindings endAll() throws Exception {
    five.close(MeshScript.END);
    return end();
  }

  private static void only(MeshFinding finding, int times, MeshFindings found) {
    assertEquals(times, found.count(finding), found::toString);
    for (MeshFinding other : MeshFinding.values()) {
      assertEquals(other == finding ? times : 0, found.count(other), found::toString);
    }
  }

  private static void nothing(MeshFindings found) {
    only(MeshFinding.TORN, 0, found);
    assertTrue(found.isClean());
  }

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
    // Marked as redelivered: that is for who keeps messages.
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
    // The same consumer, though marked.
    next.getAgain(id, next.permanent("d.n5"), SOME + 2_000);
    only(MeshFinding.TWICE, 2, script.check());
  }

  @Test
  void aLossAtAConsumerThatStaysIsFound() throws Exception {
    five.send(MessageId.Kind.SEND, STRICT, SOME);
    long id = five.send(MessageId.Kind.PUBLISH, "s.all", SOME);
    zero.get(id, zero.permanent("s.all"), SOME);
    five.write(MessageId.Kind.SEND, STRICT, SOME, 0);
    // The third of them is not in this script.
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
    // It was not told stored.
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

  /** Two messages to an address of zero and five, the second of which comes first. */
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
    // It exports, and has nobody.
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

  /** A send and a publish that nobody gets, to an address of zero. */
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
    // Nobody was known.
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
    // The same number, but a publish.
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

  /** A request that got its consumer, and no end. */
  private long unanswered(Act act) {
    long id = five.request(act, STRICT, SOME, true);
    zero.get(id, zero.permanent(STRICT), SOME);
    return id;
  }

  @Test
  void aRequestThatNeverEndsIsFound() throws Exception {
    unanswered(Act.REPLY);
    only(MeshFinding.UNFINISHED, 1, endAll());
  }

  @Test
  void aRequestThatNeverEndsIsFoundThoughItsSenderWasKilledLater() throws Exception {
    unanswered(Act.REPLY);
    // It was at work till then.
    five.peer(1, true, SOME + 9_009);
    five.kill(SOME + 9_010);
    only(MeshFinding.UNFINISHED, 1, end());
  }

  @Test
  void aRequestWhoseSenderWasKilledInItsTimeIsNot() throws Exception {
    unanswered(Act.REPLY);
    five.peer(1, true, SOME + 8_989);
    five.kill(SOME + 8_990);
    nothing(end());
  }

  @Test
  void aRequestThatEndsTooLateIsFound() throws Exception {
    five.end(unanswered(Act.REPLY), Outcome.REPLIED, SOME + 9_001);
    only(MeshFinding.LATE, 1, endAll());
  }

  @Test
  void whoStoodStillMayBeLate() throws Exception {
    five.end(unanswered(Act.REPLY), Outcome.REPLIED, SOME + 10_400);
    script.stop(5, SOME + 100, SOME + 800);
    five.stalled(SOME + 900, SOME + 1_700);
    nothing(endAll());
  }

  @Test
  void anotherEndThanTheConsumersIsFound() throws Exception {
    five.end(unanswered(Act.FAIL), Outcome.REPLIED, SOME + 10);
    long silent = five.request(Act.SILENT, STRICT, SOME, false);
    zero.get(silent, zero.permanent(STRICT), SOME);
    five.end(silent, Outcome.REPLIED, SOME + 10);
    // Nobody got it.
    five.end(five.request(Act.REPLY, STRICT, SOME, true), Outcome.REPLIED, SOME + 10);
    only(MeshFinding.WRONG_END, 3, endAll());
  }

  @Test
  void aFailureInAQuietTimeIsFound() throws Exception {
    five.end(unanswered(Act.REPLY), Outcome.FAILED, SOME + 10);
    five.end(unanswered(Act.FAIL), Outcome.DISCARDED, SOME + 10);
    five.end(unanswered(Act.SILENT), Outcome.NO_HANDLERS, SOME + 10);
    only(MeshFinding.FAILED, 3, endAll());
  }

  @Test
  void aFailureBesideADeathIsAllowed() throws Exception {
    five.end(unanswered(Act.REPLY), Outcome.FAILED, SOME + 10);
    zero.kill(SOME + 5);
    five.close(MeshScript.END);
    one.close(MeshScript.END);
    nothing(script.check());
  }

  @Test
  void aTimeoutInAQuietTimeIsFoundAndAShortOneIsTold() throws Exception {
    five.end(unanswered(Act.REPLY), Outcome.TIMED_OUT, SOME + 8_000);
    long brief = five.request(Act.REPLY, STRICT, SOME, false);
    five.end(brief, Outcome.TIMED_OUT, SOME + script.timeout(brief));
    MeshFindings found = endAll();
    assertEquals(1, found.count(MeshFinding.TIMED_OUT), found::toString);
    assertEquals(1, found.count(MeshFinding.SLOW), found::toString);
    assertEquals(1, found.lost(), found::toString);
  }

  @Test
  void aTimeoutBesideAStopIsAllowed() throws Exception {
    five.end(unanswered(Act.REPLY), Outcome.TIMED_OUT, SOME + 8_000);
    long brief = five.request(Act.REPLY, STRICT, SOME, false);
    five.end(brief, Outcome.TIMED_OUT, SOME + script.timeout(brief));
    script.stop(0, SOME + 1, SOME + 7_000);
    nothing(endAll());
  }

  @Test
  void theRequestInAReplyEndsToo() throws Exception {
    long id = unanswered(Act.ASK);
    five.end(id, Outcome.REPLIED, SOME + 2);
    zero.write(Kind.ASKED, MeshBody.Flaw.NONE, 8_000, id, SOME + 1);
    only(MeshFinding.UNFINISHED, 1, endAll());

    zero.write(Kind.ANSWERED, Outcome.REPLIED, 0, id, SOME + 9_010);
    only(MeshFinding.LATE, 1, script.check());
  }

  @Test
  void anAnswerThatDoesNotComeIsFound() throws Exception {
    long id = unanswered(Act.ASK);
    five.end(id, Outcome.REPLIED, SOME + 2);
    zero.write(Kind.ASKED, MeshBody.Flaw.NONE, 8_000, id, SOME + 1);
    zero.write(Kind.ANSWERED, Outcome.TIMED_OUT, 0, id, SOME + 8_001);
    only(MeshFinding.TIMED_OUT, 1, endAll());
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
    // While one is stopped, nobody can answer; afterwards both have their time again.
    watch.look(stopped, 19 * seconds);
    assertFalse(watch.look(up, 28 * seconds));
    assertTrue(watch.look(up, 29 * seconds));
    only(MeshFinding.WEDGED, 3, findings);
  }
}
