package org.vertxipc.machine;

import java.util.ArrayList;
import java.util.List;

/** Notes what a machine tells, one line for each call. */
final class Told implements MachineListener {
  private List<String> lines = new ArrayList<>();

  static String joinedLine(String node) {
    return "joined " + node;
  }

  static String leftLine(String node) {
    return "left " + node;
  }

  static String changedLine(String address) {
    return "changed " + address;
  }

  static String grantedLine(String lock, Ticket ticket) {
    return "granted " + lock + " " + ticket.node() + ticket.number();
  }

  @Override
  public void joined(String node) {
    lines.add(joinedLine(node));
  }

  @Override
  public void left(String node) {
    lines.add(leftLine(node));
  }

  @Override
  public void registrationsChanged(String address) {
    lines.add(changedLine(address));
  }

  @Override
  public void granted(String lock, Ticket ticket) {
    lines.add(grantedLine(lock, ticket));
  }

  /** Returns what was told since the last time this was asked. */
  List<String> take() {
    List<String> taken = lines;
    lines = new ArrayList<>();
    return taken;
  }
}
