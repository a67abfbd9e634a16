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
    ConfigCheck.bridge(options.toJson());
    IpcBridgeOptions.requireLinks(options.getLinks());
    if (options.hasBus()) {
      BusOptions bus = options.getBus();
      List<String> errors = accessErrors(bus);
      if (bus.getTransport().equals("mapped") && bus.getNode() == null) {
        errors.add("/bus/node: missing, transport mapped needs it: messages wait for a name");
      }
      ConfigCheck.fail(errors);
    }
  }

  /**
   * Checks the options for a bus's directory and for who has access to it.
   *
   * @param options of the bus
   * @throws IllegalArgumentException as {@link #bridge} does
   */
  public static void place(BusOptions options) {
    ConfigCheck.bridge(new IpcBridgeOptions().setBus(options).toJson());
    ConfigCheck.fail(accessErrors(options));
  }

  /**
   * Checks the options of a transport.
   *
   * @param options as they are now
   * @throws IllegalArgumentException as {@link #bridge} does
   */
  public static void transport(IpcTransportOptions options) {
    ConfigCheck.transport(options.toJson());
    ConfigCheck.fail(accessErrors("", options.getMode(), options.getGroup()));
  }

  /**
   * Checks the options of a cluster.
   *
   * @param options as they are now
   * @throws IllegalArgumentException as {@link #bridge} does
   */
  public static void cluster(IpcClusterOptions options) {
    ConfigCheck.cluster(options.toJson());
    ConfigCheck.fail(accessErrors("", options.getMode(), options.getGroup()));
  }

  private static List<String> accessErrors(BusOptions options) {
    List<String> errors = accessErrors("/bus", options.getMode(), options.getGroup());
    if (isShared(options.getMode()) && options.getTransport().equals("anonymous")) {
      errors.add(
          "/bus/transport: found \"anonymous\", which no other user can open, whatever the group");
    }
    return errors;
  }

  private static boolean isShared(String mode) {
    return mode != null && Integer.parseInt(mode, 8) == 0660;
  }

  private static List<String> accessErrors(String at, String mode, String group) {
    List<String> errors = new ArrayList<>();
    if (mode == null) {
      errors.add(at + "/mode: missing, expected \"0600\", or \"0660\" with a group");
      return errors;
    }
    if (isShared(mode) && group == null) {
      errors.add(at + "/group: missing, mode \"" + mode + "\" needs it to say who has access");
    }
    if (!isShared(mode) && group != null) {
      errors.add(at + "/mode: found \"" + mode + "\", expected \"0660\" with a group");
    }
    return errors;
  }
}
