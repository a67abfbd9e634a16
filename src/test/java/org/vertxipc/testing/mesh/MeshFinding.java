package org.vertxipc.testing.mesh;

/** The kinds of errors that may be found in the ledgers of a mesh. */
enum MeshFinding {
  /** A message that nobody sent. */
  INVENTED,
  /** Its body, headers or address are not what was sent. */
  TORN,
  /** It came where it may not: to another process, though for its own, or the reverse. */
  ASTRAY,
  /** To one consumer twice, or sent to one and got by two. */
  TWICE,
  /** After one that was sent after it. */
  OVERTAKEN,
  /** To an address whose consumers are there from beginning to end. */
  LOST,
  /** What a killed sender sent later arrived, this did not. */
  GAP,
  /** Its sender was told that it is stored. */
  STORED_LOST,
  /** In a quiet time, to an address that its sender knew to have a consumer. */
  VANISHED,
  /** A request or a write that never ended. */
  UNFINISHED,
  /** A request that ended more than a second after its time. */
  LATE,
  /** A request that ended as its consumer did not end it. */
  WRONG_END,
  /** A request or a write that failed in a quiet time, its consumer known. */
  FAILED,
  /** A request that had seconds, and timed out in a quiet time, its consumer known. */
  TIMED_OUT,
  /** The same of a request that had less: a busy machine may do it. It is told, not counted. */
  SLOW,
  /** A peer that lives was taken for gone. */
  CUT_OFF,
  /** Two nodes that live got no answer of each other for ten seconds. */
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
