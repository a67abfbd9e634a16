package org.vertxipc.log;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.vertxipc.testing.Slabs;

/**
 * Runs those who write and read the log of a cluster on several threads, millions of times, and
 * checks which results the memory model allows. {@code mvn -Pjcstress verify} runs it.
 */
public class LogStress {
  private static final int SLOTS = 2;
  private static final int WORDS = Words.size(SLOTS);
  private static final int FILE = 512;
  private static final int SIZE = WORDS + 2 * FILE;
  private static final int RECORD = 40;
  private static final Slabs SLABS = new Slabs(SIZE);

  private LogStress() {}

  /**
   * A log of two files, of which the second is there when the head says so. Thousands of states are
   * made, so their memory comes from slabs.
   */
  public abstract static class Log {
    final Words words;
    final ByteBuffer first;
    final ByteBuffer second;
    // What the reader has seen.
    int records;
    int last;

    Log() {
      ByteBuffer memory = SLABS.next();
      words = new Words(memory.slice(0, WORDS).order(ByteOrder.nativeOrder()));
      first = memory.slice(WORDS, FILE).order(ByteOrder.nativeOrder());
      second = memory.slice(WORDS + FILE, FILE).order(ByteOrder.nativeOrder());
    }

    static int write(ByteBuffer file, int at, int value) {
      byte[] bytes = new byte[RECORD];
      Arrays.fill(bytes, (byte) value);
      return Records.write(file, at, FILE, bytes);
    }

    /** Reads what is committed. A record that is torn or is none counts as -1. */
    final void read() {
      long head = words.head();
      ByteBuffer file = Words.generation(head) < 2 ? first : second;
      int at = 0;
      while (at < Words.position(head)) {
        byte[] bytes = Records.read(file, at, Words.position(head));
        last = bytes == null || bytes.length != RECORD ? -1 : bytes[0];
        for (int i = 0; last >= 0 && i < RECORD; i++) {
          last = bytes[i] == last ? last : -1;
        }
        if (last < 0) {
          return;
        }
        records++;
        at += Records.length(RECORD);
      }
    }

    /** The same, and says what was seen. */
    final void read(II_Result result) {
      read();
      result.r1 = records;
      result.r2 = last;
    }
  }

  /** Tests Words.commit with Words.head: a record is seen whole or not at all. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "1, 7", expect = ACCEPTABLE, desc = "whole")
  @Outcome(expect = FORBIDDEN, desc = "torn")
  @State
  public static class Commit extends Log {
    @Actor
    public void write() {
      words.commit(1, write(first, 0, 7));
    }

    // jcstress finds actors in the class of a test only.
    @Actor
    public void reader(II_Result r) {
      read(r);
    }
  }

  /** Tests that what is committed at once is seen at once. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "2, 8", expect = ACCEPTABLE, desc = "both")
  @Outcome(expect = FORBIDDEN, desc = "a part")
  @State
  public static class Batch extends Log {
    @Actor
    public void write() {
      words.commit(1, write(first, write(first, 0, 7), 8));
    }

    @Actor
    public void reader(II_Result r) {
      read(r);
    }
  }

  /** Tests that whoever goes on to the next file finds its snapshot, and never less than before. */
  @JCStressTest
  @Outcome(id = "1, 7", expect = ACCEPTABLE, desc = "the file before")
  @Outcome(id = "2, 8", expect = ACCEPTABLE, desc = "the next file")
  @Outcome(id = "3, 9", expect = ACCEPTABLE, desc = "what was written to it later")
  @Outcome(expect = FORBIDDEN, desc = "a snapshot in parts, or the end of the other file")
  @State
  public static class Replace extends Log {
    public Replace() {
      words.commit(1, write(first, 0, 7));
    }

    @Actor
    public void compact() {
      int end = write(second, write(second, 0, 7), 8);
      words.commit(2, end);
      words.commit(2, write(second, end, 9));
    }

    @Actor
    public void reader(II_Result r) {
      read(r);
    }
  }

  /** Tests Words.commit with Words.fallAsleep: who sleeps sees the news, or is woken, or both. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "seen, so nobody needs to wake it")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "woken")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "seen, and woken for nothing")
  @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "it sleeps, and nobody wakes it")
  @State
  public static class Sleep extends Log {
    @Actor
    public void sleep(II_Result r) {
      words.fallAsleep(1);
      read();
      r.r1 = records;
    }

    @Actor
    public void write(II_Result r) {
      words.commit(1, write(first, 0, 7));
      r.r2 = words.isAsleep(1) && words.wake(1) ? 1 : 0;
    }
  }

  /** Tests Words.wake: one of those who want to wake a member does. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0", "0, 1, 0"},
      expect = ACCEPTABLE,
      desc = "once")
  @Outcome(expect = FORBIDDEN, desc = "twice, or never")
  @State
  public static class Wake extends Log {
    public Wake() {
      words.fallAsleep(1);
    }

    @Actor
    public void one(III_Result r) {
      r.r1 = words.wake(1) ? 1 : 0;
    }

    @Actor
    public void other(III_Result r) {
      r.r2 = words.wake(1) ? 1 : 0;
    }

    @Arbiter
    public void rest(III_Result r) {
      r.r3 = words.isAsleep(1) ? 1 : 0;
    }
  }

  /** Tests Words.ensureFormat with Words.magic: who sees that it is a log sees its version. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "a log of this version")
  @Outcome(expect = FORBIDDEN, desc = "a log of no version")
  @State
  public static class Format extends Log {
    @Actor
    public void make() {
      words.ensureFormat();
    }

    @Actor
    public void open(II_Result r) {
      if (words.magic() == Words.MAGIC) {
        r.r1 = 1;
        r.r2 = words.version();
      }
    }
  }
}
