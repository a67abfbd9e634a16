package org.vertxipc.bridge;

/** Which addresses nodes share. */
public final class Addresses {
  // Of reply handlers, and of what Vert.x and its modules keep to themselves.
  private static final String INTERNAL = "__vertx";

  private Addresses() {}

  /**
   * Whether an address may be exported, and so imported and written to. One that has a {@code *}
   * may not: it could not be told from a pattern. Nor may those of Vert.x itself.
   *
   * @param address the address
   * @return false for the empty one too
   */
  public static boolean isShareable(String address) {
    return !address.isEmpty() && address.indexOf('*') < 0 && !address.startsWith(INTERNAL);
  }

  /**
   * The same as a check.
   *
   * @param address the address
   * @return the address
   * @throws IllegalArgumentException when it may not be shared, saying why
   */
  public static String require(String address) {
    if (address.isEmpty()) {
      throw new IllegalArgumentException("an address of at least one character is needed");
    }
    if (!isShareable(address)) {
      throw new IllegalArgumentException(
          "'"
              + address
              + "': an exact address is needed, without '*', that does not begin with '"
              + INTERNAL
              + "'");
    }
    return address;
  }
}
