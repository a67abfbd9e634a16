package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterProcess.Connection;
import org.vertxipc.testing.ClusterProcess.Member;
import org.vertxipc.testing.OnOneJdk;

/** A cluster of processes on two hosts: by rings within a host, by TCP between hosts. */
@OnOneJdk
class ClusterHostsTest {
  private static final int PER_HOST = 2;
  private static final int MANY = 50;

  @Test
  void messagesReachWhomTheyAreFor() throws Exception {
    try (ClusterHosts hosts = new ClusterHosts()) {
      List<Integer> ports = new ArrayList<>();
      List<ClusterProcess> processes = new ArrayList<>();
      for (int i = 0; i < 2 * PER_HOST; i++) {
        ports.add(hosts.port());
        processes.add(hosts.spawn());
      }
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < 2 * PER_HOST; i++) {
        Member member = processes.get(i).member("m" + i);
        members.add(member.start(hosts.config(i / PER_HOST, ports.get(i))));
        member.consume("t.echo." + i, "echo");
      }
      Member[] all = members.toArray(new Member[0]);
      for (String address : List.of("t.publish", "t.send")) {
        ClusterHosts.join(address, all);
      }
      for (int i = 0; i < all.length; i++) {
        all[i].burst("t.publish", MANY, false);
        all[i].burst("t.send", MANY * all.length, true);
        for (Member member : all) {
          publishesComeOnce(member, i + 1);
          awaitSize(member, "t.send", MANY * (i + 1));
          assertEquals(MANY * (i + 1), numbers(member, "t.send").size());
        }
      }
      for (int from = 0; from < all.length; from++) {
        for (int to = 0; to < all.length; to++) {
          assertEquals("on", all[from].request("t.echo." + to, "on"));
        }
        connectionsAreAsTheyShould(hosts, all[from], from, ports);
      }
      for (Member member : all) {
        assertEquals(List.of(), member.wrong());
        assertEquals(List.of(), member.warnings());
      }
    }
  }

  private static List<Integer> numbers(Member member, String address) throws Exception {
    return member.received(address).stream()
        .filter(Integer.class::isInstance)
        .map(Integer.class::cast)
        .sorted()
        .toList();
  }

  private static void publishesComeOnce(Member member, int senders) throws Exception {
    List<Integer> expected =
        IntStream.range(0, MANY * senders).map(i -> i / senders).boxed().toList();
    awaitSize(member, "t.publish", expected.size());
    assertEquals(expected, numbers(member, "t.publish"));
  }

  private static void awaitSize(Member member, String address, int size) throws Exception {
    Await.until(
        size + " messages",
        () -> {
          try {
            return numbers(member, address).size() >= size;
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  private static void connectionsAreAsTheyShould(
      ClusterHosts hosts, Member member, int self, List<Integer> ports) {
    int host = self / PER_HOST;
    List<Connection> connections = member.connections();
    for (int other = 0; other < ports.size(); other++) {
      String address = "127.0.0.1:" + ports.get(other);
      List<Connection> found =
          connections.stream().filter(c -> !c.inbound() && c.remote().equals(address)).toList();
      if (other == self) {
        assertEquals(List.of(), found);
      } else if (other / PER_HOST == host) {
        assertEquals(List.of(new Connection(address, false, true, null)), found);
      } else {
        String reason =
            "no process in " + hosts.directory(host).resolve("cluster") + " has " + address;
        assertEquals(List.of(new Connection(address, false, false, reason)), found);
      }
    }
    List<Connection> inbound = connections.stream().filter(Connection::inbound).toList();
    assertEquals(ports.size() - 1, inbound.size(), inbound::toString);
    List<Connection> rings = inbound.stream().filter(Connection::ring).toList();
    assertEquals(PER_HOST - 1, rings.size(), inbound::toString);
    assertTrue(rings.get(0).remote().startsWith("streams-"), rings::toString);
    assertFalse(inbound.stream().anyMatch(c -> c.reason() != null), inbound::toString);
  }
}
