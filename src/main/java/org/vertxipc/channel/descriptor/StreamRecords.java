package org.vertxipc.channel.descriptor;

/**
 * The format of records in a byte stream: the payload's length as a little-endian int, then the
 * payload. A record of length 0 is a nudge.
 */
final class StreamRecords {
  static final int HEADER = 4;

  /** The longest payload. The reader's buffer holds two of these. */
  static final int MAX_PAYLOAD = 128 * 1024 - HEADER;

  private StreamRecords() {}
}
