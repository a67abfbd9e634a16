package org.vertxipc.bridge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.eventbus.Consumers;
import org.vertxipc.eventbus.LocalBus;

/**
 * The addresses that this node lets others reach, each under a number. A number is never used for
 * another address, so that a message that is under way when an address is withdrawn can't reach
 * another one. One thread only.
 */
final class Exports {
  // How many addresses are shown one by one, with their consumers.
  private static final int MOST_SHOWN = 1_000;

  private final LocalBus local;
  private final CounterSet shown;
  private int showing;
  private final Map<String, Export> exports = new LinkedHashMap<>();
  private final List<Export> byNumber = new ArrayList<>();

  /**
   * Creates an empty set.
   *
   * @param shown where others see what is exported
   */
  Exports(LocalBus local, CounterSet shown) {
    this.local = local;
    this.shown = shown;
    shown.level(this, "exports", Map.of(), exports::size);
    byNumber.add(null);
  }

  /** An exported address. */
  static final class Export {
    private final int number;
    private final String address;
    private final Consumers consumers;
    private boolean withdrawn;
    private boolean saidAvailable;
    private boolean isShown;

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

    /** Returns whether it has been withdrawn: messages that arrive late are given back. */
    boolean isWithdrawn() {
      return withdrawn;
    }

    /** Returns what peers have been told about its consumers. */
    boolean isSaidAvailable() {
      return saidAvailable;
    }

    void saidAvailable(boolean said) {
      saidAvailable = said;
    }
  }

  /** Returns a new export, or null when the address is exported already. */
  Export add(String address) {
    if (exports.containsKey(address)) {
      return null;
    }
    Export export = new Export(byNumber.size(), address, local.consumers(address));
    exports.put(address, export);
    byNumber.add(export);
    if (showing < MOST_SHOWN) {
      showing++;
      export.isShown = true;
      shown.level(export, "export.consumers", Map.of("address", address), export.consumers::count);
    }
    return export;
  }

  /** Returns the removed export, or null when there was none. */
  Export remove(String address) {
    Export export = exports.remove(address);
    if (export != null) {
      export.withdrawn = true;
      if (export.isShown) {
        showing--;
        shown.remove(export);
      }
    }
    return export;
  }

  /**
   * Returns the export with a number of this node, withdrawn or not; null when there was never one.
   */
  Export get(int number) {
    return number > 0 && number < byNumber.size() ? byNumber.get(number) : null;
  }

  /** Returns the export of an address; null when there is none. */
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
