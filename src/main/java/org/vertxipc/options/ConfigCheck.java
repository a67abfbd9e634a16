package org.vertxipc.options;

import io.vertx.core.json.JsonObject;
import java.util.Collection;

/** Refuses a configuration that is not valid, with all that is wrong. */
final class ConfigCheck {
  private ConfigCheck() {}

  /** Fails when the configuration of a bridge does not agree with the schema. */
  static void bridge(JsonObject config) {
    if (!PlainConfig.isBridge(config)) {
      ConfigSchema.require(config);
    }
  }

  /** Fails when the configuration of a transport does not agree with the schema. */
  static void transport(JsonObject config) {
    if (!PlainConfig.isTransport(config)) {
      ConfigSchema.requireTransport(config);
    }
  }

  /** Fails when the configuration of a cluster does not agree with the schema. */
  static void cluster(JsonObject config) {
    if (!PlainConfig.isCluster(config)) {
      ConfigSchema.requireCluster(config);
    }
  }

  /** Fails when there are errors. */
  static void fail(Collection<String> errors) {
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid vertx-ipc configuration:\n  " + String.join("\n  ", errors));
    }
  }
}
