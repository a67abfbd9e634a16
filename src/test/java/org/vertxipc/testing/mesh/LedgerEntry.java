package org.vertxipc.testing.mesh;

/**
 * What a node has written down: 32 bytes in its ledger.
 *
 * @param kind says what the others mean
 * @param detail 0 to 255
 * @param id of a message, or of what the kind says
 * @param time of {@code System.nanoTime()}, the same clock in all processes
 */
@SuppressWarnings("EnumOrdinal") // The reader of a ledger is of the same build as its writer.
record LedgerEntry(Kind kind, int detail, int number, long id, long time, long extra) {

  /** What happened. */
  enum Kind {
    /** A message is about to be sent. Detail: its known exporters, a bit for each node. */
    SENT,
    /** A write of an outlet has ended. Number: 0, or the code of the failure. */
    WRITTEN,
    /** A consumer has a message. Number: its own. Detail: 1 for one marked as redelivered. */
    RECEIVED,
    /** A message is wrong. Detail: a {@link MeshBody.Flaw}; number: its consumer, -1 if a reply. */
    TORN,
    /** A consumer is about to reply. */
    REPLIED,
    /** A request has ended. Detail: an {@link Outcome}; number: the code of a failure. */
    COMPLETED,
    /** A consumer is about to reply with a request. */
    ASKED,
    /** The request in a reply has ended. Detail and number: as with COMPLETED. */
    ANSWERED,
    /**
     * An export or a consumer changes. Detail: a {@link Change}; id: the address; number: the
     * consumer; extra: 1 for a local one.
     */
    CHANGE,
    /** A peer has come (detail: 1) or gone (detail: 0). Number: its node. */
    PEER,
    /** A thread did nothing from the time of the entry to its extra. */
    STALLED,
    /** The node has reached a state. Detail: a {@link State}. */
    STATE
  }

  /** How a request ended. */
  enum Outcome {
    REPLIED,
    /** With the failure that its consumer was told to give. */
    FAILED_AS_ASKED,
    TIMED_OUT,
    /** A timeout before its time, which is what Vert.x reports when a consumer goes. */
    DISCARDED,
    NO_HANDLERS,
    /** With a failure of the bridge, or with another failure than the consumer was told to give. */
    FAILED,
    /** The reply belongs to another request, or is torn. */
    TORN
  }

  /** What a node does with an address: before it does, and when it is done. */
  enum Change {
    EXPORT,
    EXPORTED,
    WITHDRAW,
    WITHDRAWN,
    REGISTER,
    REGISTERED,
    UNREGISTER,
    UNREGISTERED
  }

  /** How far a node is. */
  enum State {
    NEW,
    STARTED,
    /** What was sent before this has left the hands of the sender; the bridge is closed next. */
    CLOSING,
    CLOSED
  }

  private static final State[] STATES = State.values();
  private static final Outcome[] OUTCOMES = Outcome.values();
  private static final Change[] CHANGES = Change.values();
  private static final MeshBody.Flaw[] FLAWS = MeshBody.Flaw.values();

  /** Returns the outcome of a request that has ended. */
  Outcome outcome() {
    return OUTCOMES[detail];
  }

  /** Returns the change of an export or a consumer. */
  Change change() {
    return CHANGES[detail];
  }

  /** Returns the state that a node has reached. */
  State state() {
    return STATES[detail];
  }

  /** Returns the flaw of a torn message. */
  MeshBody.Flaw flaw() {
    return FLAWS[detail];
  }
}
