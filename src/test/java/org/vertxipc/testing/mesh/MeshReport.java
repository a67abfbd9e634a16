package org.vertxipc.testing.mesh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Reports what the ledgers of a mesh say: what was done, and what is wrong. */
public final class MeshReport {
  private final MeshFindings findings = new MeshFindings();
  private final List<String> said = new ArrayList<>();
  private final List<String> timeline;

  private MeshReport(MeshHistory history) {
    timeline = history.timeline();
  }

  /** Checks everything. */
  static MeshReport of(MeshHistory history) throws IOException {
    MeshReport report = new MeshReport(history);
    MeshReceipts receipts = new MeshReceipts(history, report.findings);
    receipts.check();
    MeshLosses losses = new MeshLosses(history, report.findings);
    losses.check();
    MeshRequests requests = new MeshRequests(history, report.findings);
    requests.check();
    MeshPeers.check(history, report.findings);
    long sent =
        history.streams().stream()
            .mapToLong(stream -> stream.messages.stream().filter(Objects::nonNull).count())
            .sum();
    report.say(
        "%d lives, %d messages sent, %d received, %d marked"
            .formatted(history.lives.size(), sent, receipts.count(), receipts.marked()));
    report.say(
        "%d had to arrive, %d of them in quiet times".formatted(losses.demanded(), losses.quiet()));
    report.say(
        "requests: %s, %d in quiet times, %d replied with a request"
            .formatted(requests.outcomes(), requests.quiet(), history.asks().size()));
    report.say("short ones that timed out although nothing happened near them: " + requests.slow());
    return report;
  }

  void say(String line) {
    said.add(line);
  }

  public MeshFindings findings() {
    return findings;
  }

  @Override
  public String toString() {
    String done = findings.isClean() ? "" : String.join("\n", timeline) + "\n";
    return String.join("\n", said) + "\n" + done + findings;
  }
}
