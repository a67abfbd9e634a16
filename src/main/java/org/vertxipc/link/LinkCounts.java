package org.vertxipc.link;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.vertxipc.counters.Counter;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.options.LinkOptions;

/** What has gone through a link. One thread only: the link's context. */
final class LinkCounts {
  private final CounterSet shown;
  private final Map<String, String> tags;
  private final String link;
  private final Counter sent;
  private final Counter sentBytes;
  private final Counter received;
  private final Counter receivedBytes;
  private final Map<String, Counter> events = new HashMap<>();

  /** Shows the counters of a link. */
  LinkCounts(CounterSet shown, LinkOptions<?> options) {
    this.shown = shown;
    this.link = options.getName();
    this.tags = Map.of("link", link, "type", options.type().toString());
    this.sent = counter("link.messages.sent");
    this.sentBytes = counter("link.bytes.sent");
    this.received = counter("link.messages.received");
    this.receivedBytes = counter("link.bytes.received");
  }

  private Counter counter(String name) {
    return shown.counter(this, name, tags);
  }

  /** A message goes to the program, or into the journal. */
  void onSent(int bytes) {
    sent.increment();
    sentBytes.add(bytes);
  }

  /** A message has come from the program, or out of the journal. */
  void onReceived(int bytes) {
    received.increment();
    receivedBytes.add(bytes);
  }

  /** Shows how many bytes wait; called on any thread. */
  void waiting(LongSupplier bytes) {
    shown.level(this, "link.queue.bytes", tags, bytes);
  }

  void onEvent(String event) {
    events.computeIfAbsent(event, this::ofEvent).increment();
  }

  private Counter ofEvent(String event) {
    Map<String, String> more = new HashMap<>(tags);
    more.put("event", event);
    return shown.counter(this, "link.events", more);
  }

  /** Somebody should look into what has happened. */
  void onProblem(String text) {
    shown.note("Link '" + link + "': " + text);
  }

  /** The link has ended. */
  void remove() {
    shown.remove(this);
  }
}
