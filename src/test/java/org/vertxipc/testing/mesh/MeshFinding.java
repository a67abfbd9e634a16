package org.vertxipc.testing.mesh;

/** The kinds of errors that may be found in the ledgers of a mesh. */
enum MeshFinding {
  /** A message that nobody sent. */
  INVENTED,
  /** Its body, headers or address are not what was sent. */
  TORN,
  /** It came where it may not: to another process, though for its own, or the reverse. */
  ASTRAY,
  /** It came to one consumer twice, or was sent to one and got by two. */
  TWICE,
  /** It came after one that was sent after it. */
  OVERTAKEN,
  /** It did not come, although the consumers of its address are there from beginning to end. */
  LOST,
  /** It did not come, although what its killed sender sent later did. */
  GAP,
  /** It did not come, although its sender was told that it is stored. */
  STORED_LOST,
  /** It did not come, in a quiet time and to an address that had a known consumer. */
  VANISHED,
  /** A request or a write that never ended. */
  UNFINISHED,
  /** A request that ended more than a second after its time. */
  LATE,
  /** A request that ended as its consumer did not end it. */
  WRONG_END,
  /** A request or a write that failed in a quiet time, although its consumer was known. */
  FAILED,
  /** A request that timed out after many seconds of a quiet time, its consumer being known. */
  TIMED_OUT,
  /** The same for a request with less time, which a busy machine may cause: it is no fault. */
  SLOW,
  /** A live peer was taken for gone. */
  CUT_OFF,
  /** A live node got no answer from another for ten seconds. */
  WEDGED,
  /** An exception that nobody caught. */
  THREW,
  /** Something is left after the end. */
  LEFT;

  boolean isFault() {
    return this != SLOW;
  }

  /** Returns whether it is a message that is not where it should be. */
  boolean isLoss() {
    return isFault() && this != WEDGED && this != LEFT;
  }
}
