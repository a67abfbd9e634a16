package org.vertxipc.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A namespace of this process, {@code namespaces(7)}: a number or a name of the kernel means the
 * same thing to two processes only when both are in the same one.
 */
public enum Namespace {
  /** System V segments and message queues, {@code ipc_namespaces(7)}. */
  IPC("ipc"),
  /** Numbers of processes, {@code pid_namespaces(7)}. */
  PID("pid"),
  /** Addresses and ports, {@code network_namespaces(7)}. */
  NET("net");

  private final String link;

  Namespace(String name) {
    link = "/proc/self/ns/" + name;
  }

  /**
   * Tells this namespace from others of its kind.
   *
   * @return what the kernel calls it, for example {@code ipc:[4026531839]}
   * @throws IOException when the kernel does not tell, as without {@code /proc}
   */
  public String identity() throws IOException {
    return Files.readSymbolicLink(Path.of(link)).toString();
  }

  /**
   * What two nodes have to do that are not in the same one.
   *
   * @param transport that needs it
   * @return for an error message
   */
  public String hint(String transport) {
    return "transport "
        + transport
        + " needs nodes in the same "
        + name()
        + " namespace; shm and fifo need only the directory of the bus";
  }
}
