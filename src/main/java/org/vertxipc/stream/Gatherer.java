package org.vertxipc.stream;

import java.nio.ByteBuffer;

/** Gathers the records of a batch, so that handlers are called once for many small ones. */
interface Gatherer {
  /** Copies a record. It may hand over what is gathered by now. */
  void read(ByteBuffer buffer, int at, int length);

  /** Hands over what is gathered. */
  void fire();

  /** Releases everything. */
  void release();
}
