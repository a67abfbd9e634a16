package org.vertxipc;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vertxipc.cluster.ClusterView;
import org.vertxipc.machine.Machine;
import org.vertxipc.machine.Members.Member;
import org.vertxipc.machine.Ticket;
import org.vertxipc.options.IpcClusterOptions;
import org.vertxipc.options.OptionsCheck;

/**
 * The state of a cluster without a network, as somebody sees it who takes no part in it.
 *
 * @param nodes the members, in the order in which they joined; one that has just died may be among
 *     them
 * @param maps how many entries each map has that has any
 * @param counters the value of each counter that is not zero
 * @param locks the locks that somebody holds
 */
public record IpcClusterState(
    List<Node> nodes, Map<String, Integer> maps, Map<String, Long> counters, List<HeldLock> locks) {

  /**
   * A member.
   *
   * @param id its name in the cluster
   * @param pid of its process, in the PID namespace of that
   * @param address host and port by which the event bus knows it, null before it has started
   * @param consumers how many consumers it has of each address
   */
  public record Node(String id, long pid, String address, Map<String, Integer> consumers) {}

  /**
   * A lock.
   *
   * @param name of the lock
   * @param holder name of the node that has it
   * @param waiting names of the nodes that wait for it, in turn
   */
  public record HeldLock(String name, String holder, List<String> waiting) {}

  /**
   * Reads the state, without joining and without making anybody wait. It blocks for as long as the
   * state takes to be read, so it must not be called on an event loop.
   *
   * @param options of the cluster: its name, directory, mode and group count
   * @return empty when there is no such cluster
   * @throws IOException when it can't be read
   */
  public static Optional<IpcClusterState> read(IpcClusterOptions options) throws IOException {
    OptionsCheck.cluster(options);
    Machine machine = ClusterView.read(IpcClusterManager.config(options));
    return Optional.ofNullable(machine).map(IpcClusterState::of);
  }

  private static IpcClusterState of(Machine machine) {
    List<Node> nodes = new ArrayList<>();
    for (Member member : machine.members().all()) {
      nodes.add(
          new Node(
              member.node(), member.pid(), address(member), machine.registrations().of(member)));
    }
    Map<String, Integer> maps = new LinkedHashMap<>();
    long now = System.nanoTime();
    machine.maps().names().forEach(name -> maps.put(name, machine.maps().size(name, now)));
    List<HeldLock> locks = new ArrayList<>();
    for (String name : machine.locks().names()) {
      List<String> all = machine.locks().tickets(name).stream().map(Ticket::node).toList();
      locks.add(new HeldLock(name, all.get(0), all.subList(1, all.size())));
    }
    return new IpcClusterState(nodes, maps, machine.counters().all(), locks);
  }

  private static String address(Member member) {
    if (member.info() == null) {
      return null;
    }
    JsonObject info = new JsonObject(Buffer.buffer(member.info().array()));
    return info.getString("host") + ":" + info.getInteger("port");
  }
}
