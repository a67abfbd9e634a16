package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Options of a bridge; the JSON form is what {@code IpcBridgeVerticle} takes as its config. {@code
 * conf/vertx-ipc.schema.json} describes every key.
 */
@DataObject
@JsonGen(publicConverter = false)
public final class IpcBridgeOptions {
  private BusOptions bus = new BusOptions();
  private List<LinkOptions<?>> links = new ArrayList<>();

  /** Options with defaults; the bus still needs a name, unless there are links. */
  public IpcBridgeOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public IpcBridgeOptions(IpcBridgeOptions other) {
    this.bus = new BusOptions(other.bus);
    other.links.forEach(link -> links.add(link.copy()));
  }

  /**
   * Creates options from JSON.
   *
   * @param json the JSON form
   * @throws IllegalArgumentException naming every key that is wrong, its path, what was found and
   *     what is accepted
   */
  public IpcBridgeOptions(JsonObject json) {
    ConfigCheck.bridge(json);
    IpcBridgeOptionsConverter.fromJson(json, this);
    // The generator does not know the class of each link.
    for (Object link : json.getJsonArray("links", new JsonArray())) {
      links.add(LinkType.options((JsonObject) link));
    }
    requireLinks(links);
  }

  /**
   * Gives a name to each link that has none: its type and its position in the list. A bridge does
   * this with its own copy of the options.
   *
   * @return this
   */
  public IpcBridgeOptions nameLinks() {
    for (int i = 0; i < links.size(); i++) {
      LinkOptions<?> link = links.get(i);
      if (link.getName() == null) {
        link.setName(link.getType() + "-" + i);
      }
    }
    return this;
  }

  /** Checks what the schema can't. */
  static void requireLinks(List<LinkOptions<?>> links) {
    List<String> errors = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < links.size(); i++) {
      String name = links.get(i).getName();
      errors.addAll(links.get(i).errors("/links/" + i));
      if (name != null && !names.add(name)) {
        errors.add("/links/" + i + "/name: found \"" + name + "\", which another link has");
      }
    }
    ConfigCheck.fail(errors);
  }

  /**
   * Returns the JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    IpcBridgeOptionsConverter.toJson(this, json);
    if (!hasBus()) {
      json.remove("bus");
    }
    JsonArray all = new JsonArray();
    links.forEach(link -> all.add(link.toJson()));
    return json.put("links", all);
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
   * Sets {@link #getBus}.
   *
   * @param bus its options
   * @return this
   */
  public IpcBridgeOptions setBus(BusOptions bus) {
    this.bus = Objects.requireNonNull(bus);
    return this;
  }

  /**
   * Returns whether there is a bus to join: none is needed if there are links and the bus has no
   * name.
   *
   * @return whether there is
   */
  public boolean hasBus() {
    return bus.getName() != null || links.isEmpty();
  }

  /**
   * The endpoints shared with programs that need not use Vert.x.
   *
   * @return their options
   */
  public List<LinkOptions<?>> getLinks() {
    return links;
  }

  /**
   * Sets {@link #getLinks}.
   *
   * @param links their options
   * @return this
   */
  public IpcBridgeOptions setLinks(List<LinkOptions<?>> links) {
    this.links = links;
    return this;
  }

  /**
   * Adds an endpoint shared with a program that need not use Vert.x.
   *
   * @param link its options
   * @return this
   */
  public IpcBridgeOptions addLink(LinkOptions<?> link) {
    links.add(link);
    return this;
  }
}
