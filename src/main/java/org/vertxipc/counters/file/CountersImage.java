package org.vertxipc.counters.file;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.counters.Shown;
import org.vertxipc.json.SmallJson;
import org.vertxipc.posix.Posix;

/**
 * The bytes of a file of counters, see {@code docs/counters.md}: a header, and an entry for each
 * number, which begins with its value on a cache line of its own. One thread only.
 */
public final class CountersImage {
  static final long MAGIC = 0x3130_544e_4350_4956L; // "VIPCNT01"
  static final int HEADER = 128;
  static final int LINE = 64;
  static final int MAX_BYTES = 64 << 20;

  private static final int AT_LENGTH = 8;
  private static final int AT_CHECKSUM = 12;
  private static final int AT_PID = 16;
  private static final int AT_STARTED = 24;
  private static final int AT_WRITTEN = 32;
  private static final int AT_COUNT = 40;
  private static final int CHECKED_FROM = AT_PID;
  private static final int ENTRY_HEADER = 16;
  private static final int AT_ENTRY_BYTES = 8;
  private static final int AT_LABEL_BYTES = 12;
  private static final String NAME = "name";
  private static final String LEVEL = "level";

  private final long pid;
  private final long started;
  private final CRC32C checksum = new CRC32C();
  private ByteBuffer bytes = allocate(HEADER);
  private long address = Posix.address(bytes);
  private int[] at = {};
  private List<Shown> numbers = List.of();
  // Numbers come and go one by one, and most labels stay.
  private Map<Shown, byte[]> labels = Map.of();
  private long version = -1;
  private int length = HEADER;

  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Creates an empty image for a node of this process, which starts now. */
  public CountersImage() {
    this(ProcessHandle.current().pid(), System.currentTimeMillis());
  }

  /**
   * Creates an empty image.
   *
   * @param pid of the node's process
   * @param started when the node started, in milliseconds since the epoch
   */
  public CountersImage(long pid, long started) {
    this.pid = pid;
    this.started = started;
  }

  /**
   * Writes the numbers as they are now into the image.
   *
   * @param set the numbers
   * @param now in milliseconds since the epoch
   * @return false when there is nothing new
   */
  public boolean take(CounterSet set, long now) {
    boolean isNew = version != set.version();
    if (isNew) {
      CounterSet.Snapshot snapshot = set.snapshot();
      layOut(snapshot.numbers());
      version = snapshot.version();
    }
    for (int i = 0; i < at.length; i++) {
      long value = numbers.get(i).value();
      isNew |= value != bytes.getLong(at[i]);
      bytes.putLong(at[i], value);
    }
    if (!isNew) {
      return false;
    }
    bytes.putLong(0, MAGIC);
    bytes.putInt(AT_LENGTH, length);
    bytes.putLong(AT_PID, pid);
    bytes.putLong(AT_STARTED, started);
    bytes.putLong(AT_WRITTEN, now);
    bytes.putInt(AT_COUNT, at.length);
    checksum.reset();
    checksum.update(bytes.slice(CHECKED_FROM, length - CHECKED_FROM));
    bytes.putInt(AT_CHECKSUM, (int) checksum.getValue());
    return true;
  }

  /** The next image is new, whatever is in it. */
  public void forget() {
    version = -1;
  }

  private void layOut(List<Shown> all) {
    numbers = all;
    Map<Shown, byte[]> next = new HashMap<>();
    int total = HEADER;
    for (Shown number : all) {
      byte[] known = labels.get(number);
      byte[] label = known == null ? label(number) : known;
      next.put(number, label);
      total += entryBytes(label);
    }
    labels = next;
    bytes = allocate(total);
    address = Posix.address(bytes);
    length = total;
    at = new int[all.size()];
    int entry = HEADER;
    for (int i = 0; i < at.length; i++) {
      byte[] label = labels.get(all.get(i));
      at[i] = entry;
      bytes.putInt(entry + AT_ENTRY_BYTES, entryBytes(label));
      bytes.putInt(entry + AT_LABEL_BYTES, label.length);
      bytes.put(entry + ENTRY_HEADER, label);
      entry += entryBytes(label);
    }
  }

  private static byte[] label(Shown number) {
    JsonObject label = new JsonObject().put(NAME, number.name());
    if (number.isLevel()) {
      label.put(LEVEL, true);
    }
    number.tags().forEach(label::put);
    return SmallJson.of(label).getBytes(StandardCharsets.UTF_8);
  }

  private static int entryBytes(byte[] label) {
    return (ENTRY_HEADER + label.length + LINE - 1) / LINE * LINE;
  }

  long address() {
    return address;
  }

  int length() {
    return length;
  }

  /**
   * Reads an image that somebody else has written, and may be writing now.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static CountersFile.Content read(byte[] image) {
    require(image.length >= HEADER, "it has " + image.length + " bytes");
    ByteBuffer in = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    require(in.getLong(0) == MAGIC, "it is not one of this version");
    int length = in.getInt(AT_LENGTH);
    require(length >= HEADER && length <= image.length, "its length is said to be " + length);
    CRC32C checksum = new CRC32C();
    checksum.update(image, CHECKED_FROM, length - CHECKED_FROM);
    require(in.getInt(AT_CHECKSUM) == (int) checksum.getValue(), "its checksum is wrong");
    int count = in.getInt(AT_COUNT);
    require(count >= 0 && count <= (length - HEADER) / LINE, "it is said to have " + count);
    List<Reading> readings = new ArrayList<>();
    int next = HEADER;
    for (int i = 0; i < count; i++) {
      require(next <= length - LINE, "an entry begins behind its end");
      int entry = in.getInt(next + AT_ENTRY_BYTES);
      int label = in.getInt(next + AT_LABEL_BYTES);
      require(entry >= LINE && entry <= length - next, "an entry has " + entry + " bytes");
      require(label >= 0 && label <= entry - ENTRY_HEADER, "a label has " + label + " bytes");
      readings.add(
          reading(
              new String(image, next + ENTRY_HEADER, label, StandardCharsets.UTF_8),
              in.getLong(next)));
      next += entry;
    }
    return new CountersFile.Content(
        in.getLong(AT_PID), in.getLong(AT_STARTED), in.getLong(AT_WRITTEN), readings);
  }

  private static Reading reading(String label, long value) {
    try {
      JsonObject json = new JsonObject(label);
      Map<String, String> tags = new TreeMap<>();
      for (String key : json.fieldNames()) {
        if (!key.equals(NAME) && !key.equals(LEVEL)) {
          tags.put(key, String.valueOf(json.getValue(key)));
        }
      }
      boolean level = Boolean.TRUE.equals(json.getValue(LEVEL));
      return new Reading(String.valueOf(json.getValue(NAME)), tags, level, value);
    } catch (DecodeException e) {
      throw new IllegalArgumentException("a label is no JSON: " + e.getMessage(), e);
    }
  }

  private static void require(boolean is, String otherwise) {
    if (!is) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
