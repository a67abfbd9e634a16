package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * A ratio that we want to reach.
 *
 * @param id its name
 * @param what description
 * @param value what was measured; NaN when it was not
 * @param bound the value that we want
 * @param atLeast whether more is better
 */
record Target(String id, String what, double value, double bound, boolean atLeast) {
  boolean met() {
    return atLeast ? value >= bound : value <= bound;
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("id", id)
        .put("what", what)
        .put("value", Double.isFinite(value) ? value : null)
        .put("target", bound)
        .put("comparison", atLeast ? "at least" : "at most")
        .put("met", met());
  }

  String row() {
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %s | %s %s | %s |",
        id,
        what,
        Double.isFinite(value) ? number(value) : "not measured",
        atLeast ? "≥" : "≤",
        number(bound),
        met() ? "yes" : "**no**");
  }

  private static String number(double n) {
    return n == 0 || Math.abs(n) >= 10
        ? String.format(Locale.ROOT, "%.1f", n)
        : String.format(Locale.ROOT, "%.3f", n);
  }

  static Target atLeast(String id, String what, double value, double bound) {
    return new Target(id, what, value, bound, true);
  }

  static Target atMost(String id, String what, double value, double bound) {
    return new Target(id, what, value, bound, false);
  }
}
