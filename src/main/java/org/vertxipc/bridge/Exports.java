package org.vertxipc.bridge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vertxipc.eventbus.Consumers;
import org.vertxipc.eventbus.LocalBus;

/**
 * The addresses that this node lets others reach, each under a number. A number is never used for
 * another address: a message that is under way when an address is withdrawn goes nowhere else. One
 * thread only.
 */
final class Exports {
  private final LocalBus local;
  private final Map<String, Export> exports = new LinkedHashMap<>();
  private final List<Export> byNumber = new ArrayList<>();

  Exports(LocalBus local) {
    this.local = local;
    byNumber.add(null);
  }

  /** An exported address. */
  static final class Export {
    private final int number;
    private final String address;
    private final Consumers consumers;
    private boolean withdrawn;
    private boolean saidAvailable;

    private Export(int number, String address, Consumers consumers) {
      this.number = number;
      this.address = address;
      this.consumers = consumers;
    }

    int number() {
      return number;
    }

    String address() {
      return address;
    }

    Consumers consumers() {
      return consumers;
    }

    /** Whether it is one no longer: what comes late is given back. */
    boolean isWithdrawn() {
      return withdrawn;
    }

    /** What peers have been told of its consumers. */
    boolean isSaidAvailable() {
      return saidAvailable;
    }

    void saidAvailable(boolean said) {
      saidAvailable = said;
    }
  }

  /** A new export, or null when it is one already. */
  Export add(String address) {
    if (exports.containsKey(address)) {
      return null;
    }
    Export export = new Export(byNumber.size(), address, local.consumers(address));
    exports.put(address, export);
    byNumber.add(export);
    return export;
  }

  /** What was an export, or null when it was none. */
  Export remove(String address) {
    Export export = exports.remove(address);
    if (export != null) {
      export.withdrawn = true;
    }
    return export;
  }

  /** What a peer means by a number: withdrawn ones as well; null when it was never an export. */
  Export get(int number) {
    return number > 0 && number < byNumber.size() ? byNumber.get(number) : null;
  }

  /** The export of an address; null when it is none. */
  Export get(String address) {
    return exports.get(address);
  }

  Collection<Export> all() {
    return exports.values();
  }

  Set<String> addresses() {
    return Set.copyOf(exports.keySet());
  }
}
