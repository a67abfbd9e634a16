package org.vertxipc.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

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

  /** What every transport has that needs no namespace, for an error message. */
  private static final String OTHERS = "shm, fifo and mapped need only directories that both see";

  private final String key;
  private final Path link;
  private final Pattern form;

  Namespace(String key) {
    this.key = key;
    link = Path.of("/proc/self/ns/" + key);
    form = Pattern.compile(key + ":\\[[0-9]{1,20}]");
  }

  /**
   * Returns its name in files.
   *
   * @return for example {@code ipc}
   */
  public String key() {
    return key;
  }

  /**
   * Tells this namespace from others of its kind.
   *
   * @return what the kernel calls it, for example {@code ipc:[4026531839]}
   * @throws IOException when the kernel does not tell, as without {@code /proc}
   */
  public String identity() throws IOException {
    return Files.readSymbolicLink(link).toString();
  }

  /**
   * Returns whether a text, which is not trusted, has the form of an identity.
   *
   * @param text what another node says
   * @return whether it may be compared with {@link #identity}
   */
  public boolean isIdentity(String text) {
    return form.matcher(text).matches();
  }

  /**
   * What two nodes have to do that are not in the same one.
   *
   * @param transport that needs it
   * @return for an error message
   */
  public String hint(String transport) {
    return need(transport) + " namespace; " + OTHERS;
  }

  private String need(String transport) {
    return "transport " + transport + " needs nodes in the same " + name();
  }

  /**
   * Says that two nodes are not in the same one.
   *
   * @param transport that needs it
   * @param reader name of the node that receives by it
   * @param readers the identity of its namespace
   * @param writer name of the other
   * @param writers the identity of its namespace
   * @return to be thrown
   */
  public ApartException apart(
      String transport, String reader, String readers, String writer, String writers) {
    return new ApartException(
        need(transport)
            + " namespace: node '"
            + reader
            + "', which receives by it, is in "
            + readers
            + ", and node '"
            + writer
            + "' in "
            + writers
            + "; "
            + OTHERS);
  }
}
