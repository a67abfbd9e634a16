package org.vertxipc.bus;

/**
 * Why a peer is gone.
 *
 * @param why what happened
 * @param detail what was wrong, for display; null when the reason is enough
 */
public record Departure(Reason why, String detail) {
  /** What happened. */
  public enum Reason {
    /** It said goodbye. */
    LEFT("left the bus"),
    /** Its process ended, or its end of the channel was closed, without a goodbye. */
    DIED("died"),
    /** It died, and another process has its name. */
    RESTARTED("died and was started again"),
    /** It, or its channel, had a fault, so this node broke off the connection. */
    CUT_OFF("was cut off"),
    /** No channel could be made between it and this node. */
    UNREACHABLE("can't be reached");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  /**
   * Creates a departure without details.
   *
   * @param why what happened
   * @return the departure
   */
  public static Departure of(Reason why) {
    return new Departure(why, null);
  }

  /**
   * Creates a departure because of a fault in it, or in its channel.
   *
   * @param detail what was wrong
   * @return the departure
   */
  public static Departure cutOff(String detail) {
    return new Departure(Reason.CUT_OFF, detail);
  }

  /** Creates that of a node whose channel ended: because of a fault, or null when it just died. */
  static Departure after(Throwable fault) {
    return fault == null ? of(Reason.DIED) : cutOff(fault.getMessage());
  }

  /**
   * Returns whether it left normally.
   *
   * @return false when something was wrong
   */
  public boolean isOrderly() {
    return why == Reason.LEFT;
  }

  /** For display: the text that follows the node's name in a sentence. */
  @Override
  public String toString() {
    return detail == null ? why.text : why.text + ": " + detail;
  }
}
