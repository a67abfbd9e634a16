package org.vertxipc.options;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.function.Function;

/** The types of links, a row for each: the name in the JSON form, and the class of its options. */
// Factories are functions, of which the checker cannot know that they have no state.
@SuppressWarnings("ImmutableEnumChecker")
public enum LinkType {
  /** A child process. */
  PIPE("pipe", PipeLinkOptions::new),
  /** FIFOs. */
  FIFO("fifo", FifoLinkOptions::new),
  /** POSIX message queues. */
  MQUEUE("mqueue", MqueueLinkOptions::new),
  /** A log in mapped files. */
  JOURNAL("journal", JournalLinkOptions::new);

  private final String option;
  private final Function<JsonObject, LinkOptions<?>> factory;

  LinkType(String option, Function<JsonObject, LinkOptions<?>> factory) {
    this.option = option;
    this.factory = factory;
  }

  /** Returns options from their JSON form, which is checked against the schema. */
  static LinkOptions<?> options(JsonObject json) {
    String name = json.getString("type");
    return Arrays.stream(values())
        .filter(type -> type.option.equals(name))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("Unknown type of link '" + name + "'"))
        .factory
        .apply(json);
  }

  /**
   * Returns the name in the JSON form.
   *
   * @return in lower case
   */
  @Override
  public String toString() {
    return option;
  }
}
