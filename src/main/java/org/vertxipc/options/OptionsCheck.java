package org.vertxipc.options;

import java.util.ArrayList;
import java.util.List;

/**
 * Checks options before they are used, including those that a program has set. A bridge checks its
 * own options, so applications need not.
 */
public final class OptionsCheck {
  private OptionsCheck() {}

  /**
   * Checks the options of a bridge.
   *
   * @param options as they are now
   * @throws IllegalArgumentException naming every key that is wrong, its path, what was found and
   *     what is accepted
   */
  public static void bridge(IpcBridgeOptions options) {
    ConfigSchema.require(options.toJson());
    IpcBridgeOptions.requireLinks(options.getLinks());
    if (options.hasBus()) {
      BusOptions bus = options.getBus();
      List<String> errors = accessErrors(bus);
      if (bus.getTransport().equals("mapped") && bus.getNode() == null) {
        errors.add("/bus/node: missing, transport mapped needs it: messages wait for a name");
      }
      ConfigSchema.fail(errors);
    }
  }

  /**
   * Checks the options for a bus's directory and for who has access to it.
   *
   * @param options of the bus
   * @throws IllegalArgumentException as {@link #bridge} does
   */
  public static void place(BusOptions options) {
    ConfigSchema.require(new IpcBridgeOptions().setBus(options).toJson());
    ConfigSchema.fail(accessErrors(options));
  }

  private static List<String> accessErrors(BusOptions options) {
    List<String> errors = new ArrayList<>();
    String mode = options.getMode();
    boolean shared = Integer.parseInt(mode, 8) == 0660;
    if (shared && options.getGroup() == null) {
      errors.add("/bus/group: missing, mode \"" + mode + "\" needs it to say who has access");
    }
    if (!shared && options.getGroup() != null) {
      errors.add("/bus/mode: found \"" + mode + "\", expected \"0660\" with a group");
    }
    if (shared && options.getTransport().equals("anonymous")) {
      errors.add(
          "/bus/transport: found \"anonymous\", which no other user can open, whatever the group");
    }
    return errors;
  }
}
