package org.vertxipc.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.vertxipc.counters.Shown;

/**
 * The meters of one registry, of all bridges that show their numbers there. Several numbers are one
 * meter when the registry can't tell them apart, for example after a filter of the user has removed
 * a tag. Thread-safe.
 */
final class RegistryMeters {
  private static final String PREFIX = "vertx.ipc.";

  // Free text: each text would be a meter of its own, for ever.
  private static final String TEXT = "text";

  // For as long as there are bridges, so that no registry is held longer.
  private static final IdentityHashMap<MeterRegistry, RegistryMeters> ALL = new IdentityHashMap<>();

  private final MeterRegistry registry;
  private final IdentityHashMap<Shown, Metered> shown = new IdentityHashMap<>();
  // As they are asked for, and as they are after the filters of the registry.
  private final Map<Wanted, Metered> byWanted = new HashMap<>();
  private final Map<Meter.Id, Metered> byId = new HashMap<>();
  private final Map<String, Keys> keys = new HashMap<>();
  private int users;

  private RegistryMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  private record Wanted(String name, Tags tags, boolean level) {}

  /** The tags that all meters of one name have, as long as there are any. */
  private static final class Keys {
    final Set<String> names;
    int users;

    Keys(Set<String> names) {
      this.names = names;
    }
  }

  /** Returns what one bridge more uses, until it releases that. */
  static RegistryMeters of(MeterRegistry registry) {
    synchronized (ALL) {
      RegistryMeters meters = ALL.computeIfAbsent(registry, RegistryMeters::new);
      meters.users++;
      return meters;
    }
  }

  /** Returns whether bridges show their numbers in a registry. */
  static boolean isUsed(MeterRegistry registry) {
    synchronized (ALL) {
      return ALL.containsKey(registry);
    }
  }

  /** A bridge uses it no longer. */
  void release() {
    synchronized (ALL) {
      users--;
      if (users == 0) {
        ALL.remove(registry);
      }
    }
  }

  /**
   * Shows a number.
   *
   * @param own tags of its bridge
   * @throws RuntimeException of a filter of the user, or when something else has a meter of another
   *     type by that name
   */
  synchronized void add(Shown number, Tags own) {
    String name = PREFIX + number.name();
    Wanted wanted = new Wanted(name, Tags.of(tags(name, number)).and(own), number.isLevel());
    Metered metered = byWanted.get(wanted);
    if (metered == null) {
      try {
        metered = register(wanted, new Metered(wanted.level()));
      } catch (RuntimeException | LinkageError e) {
        forget(name);
        throw e;
      }
    }
    metered.add(number);
    shown.put(number, metered);
  }

  // The registry refers weakly to what a meter reads; here it is held as long as its meter is.
  private Metered register(Wanted wanted, Metered metered) {
    Meter meter =
        wanted.level()
            ? Gauge.builder(wanted.name(), metered, Metered::value)
                .tags(wanted.tags())
                .register(registry)
            : FunctionCounter.builder(wanted.name(), metered, Metered::value)
                .tags(wanted.tags())
                .register(registry);
    metered.shownAs(meter.getId());
    Metered known = byId.putIfAbsent(meter.getId(), metered);
    Metered read = known == null ? metered : known;
    byWanted.put(wanted, read);
    return read;
  }

  /** Gives all meters of a name the same keys: Prometheus takes no others. */
  private Iterable<Tag> tags(String name, Shown number) {
    Keys of =
        keys.computeIfAbsent(
            name,
            n -> {
              Set<String> names = new TreeSet<>(number.tags().keySet());
              names.remove(TEXT);
              return new Keys(names);
            });
    of.users++;
    List<Tag> tags = new ArrayList<>();
    of.names.forEach(key -> tags.add(Tag.of(key, number.tags().getOrDefault(key, ""))));
    return tags;
  }

  private void forget(String name) {
    Keys of = keys.get(name);
    of.users--;
    if (of.users == 0) {
      keys.remove(name);
    }
  }

  /** Shows a number no longer, if it was shown. */
  synchronized void remove(Shown number) {
    Metered metered = shown.remove(number);
    if (metered == null) {
      return;
    }
    forget(PREFIX + number.name());
    if (metered.remove(number)) {
      byWanted.values().removeIf(other -> other == metered);
      byId.remove(metered.id());
      registry.remove(metered.id());
    }
  }
}
