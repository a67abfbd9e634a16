package org.vertxipc.testing.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.vertxipc.testing.mesh.LedgerEntry.Kind;
import org.vertxipc.testing.mesh.LedgerEntry.Outcome;
import org.vertxipc.testing.mesh.MessageId.Act;

/** Tests that the check of the ledgers finds requests without an end, or with a wrong one. */
class MeshReportRequestsTest extends MeshReportFixture {
  /** Makes a request that its consumer got, and that has no end. */
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
    // It was at work until then.
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
    // No consumer got this one.
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
}
