package org.vertxipc;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/**
 * Options of a bridge; the JSON form is what {@link IpcBridgeVerticle} takes as its config. {@code
 * conf/vertx-ipc.schema.json} describes every key.
 */
@DataObject
public class IpcBridgeOptions {
  private BusOptions bus = new BusOptions();

  /** Options with defaults; the bus still needs a name. */
  public IpcBridgeOptions() {}

  /**
   * A copy.
   *
   * @param other to copy
   */
  public IpcBridgeOptions(IpcBridgeOptions other) {
    this.bus = new BusOptions(other.bus);
  }

  /**
   * Options from JSON.
   *
   * @param json the JSON form
   * @throws IllegalArgumentException naming every key that is wrong, its path, what was found and
   *     what is accepted
   */
  public IpcBridgeOptions(JsonObject json) {
    ConfigSchema.require(json);
    this.bus = new BusOptions(json.getJsonObject("bus"));
  }

  /**
   * The JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    return new JsonObject().put("bus", bus.toJson());
  }

  /**
   * The bus to join.
   *
   * @return its options
   */
  public BusOptions getBus() {
    return bus;
  }

  /**
   * Sets the bus to join.
   *
   * @param bus its options
   * @return this
   */
  public IpcBridgeOptions setBus(BusOptions bus) {
    this.bus = Objects.requireNonNull(bus);
    return this;
  }
}
