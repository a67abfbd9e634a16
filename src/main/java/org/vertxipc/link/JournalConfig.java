package org.vertxipc.link;

import java.nio.file.Path;
import org.vertxipc.journal.JournalReader;

/**
 * A journal that messages are recorded in, or that is replayed, or both.
 *
 * @param link what all links need to know: messages to its address {@code send} are recorded, and
 *     what is replayed goes to its address {@code receive}
 * @param directory holds the files
 * @param fileBytes the size of each
 * @param retainFiles how many files stay; 0 for all
 * @param sync when what is written is brought to the disk
 * @param syncMillis with {@link Sync#INTERVAL}: the interval
 * @param start where a replay starts
 * @param position with {@link JournalReader.Start#POSITION}: where
 * @param recordedPace whether it goes at the pace of the recording, else as fast as it can
 * @param pollMillis how often to look for more, when there is none
 */
public record JournalConfig(
    LinkConfig link,
    Path directory,
    int fileBytes,
    int retainFiles,
    Sync sync,
    long syncMillis,
    JournalReader.Start start,
    long position,
    boolean recordedPace,
    long pollMillis) {

  /** When what is written is brought to the disk. */
  public enum Sync {
    /** When the kernel likes. */
    NONE,
    /** At an interval. */
    INTERVAL,
    /** Before a request that records a message is answered. */
    MESSAGE
  }
}
