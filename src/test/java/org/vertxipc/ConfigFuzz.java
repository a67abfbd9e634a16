package org.vertxipc;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.vertxipc.options.IpcBridgeOptions;

/** Fuzzes configurations, which are accepted, or refused with a reason. Jazzer calls it. */
public final class ConfigFuzz {
  private ConfigFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    JsonObject json;
    try {
      json = new JsonObject(new String(input, StandardCharsets.UTF_8));
    } catch (DecodeException e) {
      return;
    }
    JsonObject accepted;
    try {
      accepted = new IpcBridgeOptions(json).toJson();
    } catch (IllegalArgumentException e) {
      if (!e.getMessage().startsWith("Invalid vertx-ipc configuration:")) {
        throw new AssertionError("a refusal that names nothing", e);
      }
      return;
    }
    JsonObject again = new IpcBridgeOptions(accepted).toJson();
    if (!again.equals(accepted)) {
      throw new AssertionError(accepted + " becomes " + again);
    }
  }
}
