package org.vertxipc.machine;

import java.util.Arrays;

/**
 * Bytes that are compared by what they are, and that nobody changes. They have an order, because a
 * {@link java.util.HashMap} needs one to stay fast when many of its keys have the same hash.
 */
public final class Bytes implements Comparable<Bytes> {
  private final byte[] array;
  private final int hash;

  /**
   * Takes an array over.
   *
   * @param array nobody changes it from now on
   */
  public Bytes(byte[] array) {
    this.array = array;
    this.hash = Arrays.hashCode(array);
  }

  /**
   * Returns the bytes.
   *
   * @return the array, which must not be changed
   */
  public byte[] array() {
    return array;
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compare(array, other.array);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && bytes.hash == hash && Arrays.equals(array, bytes.array);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return array.length + " bytes, hash " + Integer.toHexString(hash);
  }
}
