package org.vertxipc.bridge;

/** Decides which addresses nodes may share. */
public final class Addresses {
  // The prefix of reply addresses, and of those that Vert.x and its modules keep to themselves.
  private static final String INTERNAL = "__vertx";

  private Addresses() {}

  /**
   * Returns whether an address may be exported, and so imported and written to. An address with a
   * {@code *} may not, because it could not be told from a pattern, and neither may those of Vert.x
   * itself.
   *
   * @param address the address
   * @return false for the empty address too
   */
  public static boolean isShareable(String address) {
    return !address.isEmpty() && address.indexOf('*') < 0 && !address.startsWith(INTERNAL);
  }

  /**
   * Checks that an address may be shared.
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
