package org.vertxipc.faults;

import java.util.Arrays;
import java.util.List;
import org.vertxipc.testing.Debugger.CodePoint;

/** The points at which a member of a cluster without a network is killed. */
enum KillPoint {
  // Writing.
  TURN_TAKEN(Phase.WORK, "log.Control", "tryLock", true),
  ALL_READ(Phase.WORK, "log.Tail", "append", false),
  RECORD_WRITTEN(Phase.WORK, "log.Tail", "append", true),
  COMMITTING(Phase.WORK, "log.Control", "commit", false),
  COMMITTED(Phase.WORK, "log.Control", "commit", true),
  APPLYING(Phase.WORK, "cluster.Submission", "applyTo", false),
  TURN_ENDING(Phase.WORK, "log.Tail", "rollBack", false),
  TURN_GIVEN_BACK(Phase.WORK, "cluster.Turns", "finish", false),
  WAKING(Phase.WORK, "cluster.ClusterNode", "wakeOthers", false),

  // Making room.
  LOG_FULL(Phase.WORK, "log.CommandLog", "compact", false),
  SNAPSHOT_WANTED(Phase.WORK, "log.LogFiles", "make", false),
  SNAPSHOT_WRITTEN(Phase.WORK, "log.LogFile", "begin", false),
  HEADER_WRITTEN(Phase.WORK, "log.LogFile", "begin", true),
  LOG_NAMED(Phase.WORK, "log.Tail", "replace", true),
  OLD_LOG_LEFT(Phase.WORK, "log.CommandLog", "removeOld", false),
  OLD_LOG_REMOVED(Phase.WORK, "log.CommandLog", "compact", true),

  // Having a lock.
  LOCK_GRANTED(Phase.WORK, "cluster.ClusterLocks", "granted", false),
  LOCK_RELEASING(Phase.WORK, "cluster.ClusterLocks$Held", "release", false),

  // Joining those who are there.
  PLACE_LOCKED(Phase.JOIN, "cluster.Place", "guarded", false),
  STATE_LOADING(Phase.JOIN, "cluster.Replica", "load", false),
  STATE_LOADED(Phase.JOIN, "cluster.ClusterNode", "enter", false),
  SLOT_CLAIMED(Phase.JOIN, "cluster.Bells", "create", false),
  BELL_MADE(Phase.JOIN, "log.Control", "fallAsleep", false),
  JOIN_COMMITTING(Phase.JOIN, "log.Control", "commit", false),
  JOIN_COMMITTED(Phase.JOIN, "log.Control", "commit", true),
  ENTERED(Phase.JOIN, "cluster.ClusterNode", "listen", false),
  LISTENING(Phase.JOIN, "cluster.Bells", "listen", true),

  // Leaving those who stay.
  LEAVING(Phase.LEAVE, "cluster.ClusterNode", "sayGoodbye", false),
  LEAVE_COMMITTING(Phase.LEAVE, "cluster.Turns", "exclusively", false),
  LEAVE_COMMITTED(Phase.LEAVE, "cluster.Turns", "end", false),
  SLOT_GIVING_UP(Phase.LEAVE, "log.CommandLog", "giveUp", false),
  LEFT(Phase.LEAVE, "cluster.Place", "removeIfLast", false),
  CLOSING(Phase.LEAVE, "log.CommandLog", "close", false),

  // Beginning a cluster, as the first.
  FIRST_LOCKED(Phase.BEGIN, "cluster.Place", "guarded", false),
  BEGINNING(Phase.BEGIN, "log.CommandLog", "begin", false),
  FORMAT_WRITTEN(Phase.BEGIN, "log.Control", "ensureFormat", true),
  FIRST_LOG_WANTED(Phase.BEGIN, "log.LogFiles", "make", false),
  FIRST_LOG_RESERVED(Phase.BEGIN, "log.LogFile", "begin", false),
  FIRST_LOG_NAMED(Phase.BEGIN, "log.Tail", "replace", true),
  BEGUN(Phase.BEGIN, "log.CommandLog", "begin", true),
  FIRST_SLOT_CLAIMED(Phase.BEGIN, "cluster.Bells", "create", false),
  FIRST_ENTERED(Phase.BEGIN, "cluster.ClusterNode", "listen", false),

  // Ending a cluster, as the last.
  LAST_LEFT(Phase.END, "cluster.Place", "removeIfLast", false),
  FILES_REMOVING(Phase.END, "log.CommandLog", "removeFiles", false),
  CONTROL_REMOVING(Phase.END, "log.CommandLog", "removeControl", false),
  DIRECTORIES_REMOVING(Phase.END, "cluster.Place", "removeDirectories", false),
  LAST_CLOSING(Phase.END, "log.CommandLog", "close", false);

  /** What a member does when it is killed. */
  enum Phase {
    /** It changes what the cluster shares. */
    WORK,
    /** It joins others. */
    JOIN,
    /** It leaves others. */
    LEAVE,
    /** It is the first. */
    BEGIN,
    /** It is the last. */
    END
  }

  final Phase phase;
  private final String type;
  private final String method;
  private final boolean atEnd;

  KillPoint(Phase phase, String type, String method, boolean atEnd) {
    this.phase = phase;
    this.type = "org.vertxipc." + type;
    this.method = method;
    this.atEnd = atEnd;
  }

  CodePoint at() {
    return new CodePoint(type, method, atEnd);
  }

  static List<KillPoint> of(Phase... phases) {
    return Arrays.stream(values())
        .filter(point -> Arrays.asList(phases).contains(point.phase))
        .toList();
  }
}
