package org.vertxipc.cluster;

import java.util.List;

/**
 * Is told what happens in the cluster, in one order for all nodes, one after the other, by
 * whichever thread has noticed it. It must not block.
 */
public interface ClusterListener {
  /**
   * A node has joined.
   *
   * @param node its name
   * @param members who is in the cluster then
   */
  void joined(String node, List<String> members);

  /**
   * A node has left, or died.
   *
   * @param node its name
   * @param members who is in the cluster then
   */
  void left(String node, List<String> members);

  /**
   * The consumers of an address are others than before.
   *
   * @param address of the event bus
   */
  void registrationsChanged(String address);

  /**
   * A ticket of this node holds its lock.
   *
   * @param lock its name
   * @param ticket which
   */
  void granted(String lock, long ticket);

  /**
   * This node is out of the cluster.
   *
   * @param cause why
   */
  void broken(Throwable cause);
}
