package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;

/** An append-only log in mapped files, for recording messages, replaying them, or both. */
@DataObject
@JsonGen(publicConverter = false)
public final class JournalLinkOptions extends LinkOptions<JournalLinkOptions> {
  private String directory;
  private int fileBytes = 1 << 26;
  private int retainFiles = 0;
  private String fsync = "none";
  private long fsyncMillis = 100;
  private String from = "beginning";
  private String pace = "full";
  private long pollMillis = 5;

  /** Creates options with defaults. */
  public JournalLinkOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public JournalLinkOptions(JournalLinkOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is
   * absent keeps its default.
   *
   * @param json the JSON form
   */
  public JournalLinkOptions(JsonObject json) {
    JournalLinkOptionsConverter.fromJson(json, this);
    if (json.getValue("from") instanceof Number position) {
      from = position.toString();
    }
  }

  @Override
  JournalLinkOptions self() {
    return this;
  }

  @Override
  JournalLinkOptions copy() {
    return new JournalLinkOptions(this);
  }

  @Override
  public LinkType type() {
    return LinkType.JOURNAL;
  }

  @Override
  boolean has(Direction direction) {
    return true;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    JournalLinkOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns the directory of the journal's files, which is made if it does not exist.
   *
   * @return the option
   */
  public String getDirectory() {
    return directory;
  }

  /**
   * Sets {@link #getDirectory}.
   *
   * @param directory the option
   * @return this
   */
  public JournalLinkOptions setDirectory(String directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Returns the size of each file, in bytes: when one is full, the next is begun.
   *
   * @return the option
   */
  public int getFileBytes() {
    return fileBytes;
  }

  /**
   * Sets {@link #getFileBytes}.
   *
   * @param fileBytes the option
   * @return this
   */
  public JournalLinkOptions setFileBytes(int fileBytes) {
    this.fileBytes = fileBytes;
    return this;
  }

  /**
   * Returns how many files are kept: the newest ones; 0 for all.
   *
   * @return the option
   */
  public int getRetainFiles() {
    return retainFiles;
  }

  /**
   * Sets {@link #getRetainFiles}.
   *
   * @param retainFiles the option
   * @return this
   */
  public JournalLinkOptions setRetainFiles(int retainFiles) {
    this.retainFiles = retainFiles;
    return this;
  }

  /**
   * Returns when recorded messages are synced to disk: {@code none}, when the kernel decides;
   * {@code interval}, at an interval; {@code message}, before a request that records a message is
   * answered.
   *
   * @return the option
   */
  public String getFsync() {
    return fsync;
  }

  /**
   * Sets {@link #getFsync}.
   *
   * @param fsync the option
   * @return this
   */
  public JournalLinkOptions setFsync(String fsync) {
    this.fsync = fsync;
    return this;
  }

  /**
   * Returns the interval for fsync {@code interval}, in milliseconds.
   *
   * @return the option
   */
  public long getFsyncMillis() {
    return fsyncMillis;
  }

  /**
   * Sets {@link #getFsyncMillis}.
   *
   * @param fsyncMillis the option
   * @return this
   */
  public JournalLinkOptions setFsyncMillis(long fsyncMillis) {
    this.fsyncMillis = fsyncMillis;
    return this;
  }

  /**
   * Returns where a replay starts: {@code beginning}, {@code end}, or the position of a record.
   *
   * @return the option
   */
  public String getFrom() {
    return from;
  }

  /**
   * Sets {@link #getFrom}.
   *
   * @param from the option
   * @return this
   */
  public JournalLinkOptions setFrom(String from) {
    this.from = from;
    return this;
  }

  /**
   * Returns how fast a replay goes: as fast as it can, or as the messages were recorded.
   *
   * @return the option
   */
  public String getPace() {
    return pace;
  }

  /**
   * Sets {@link #getPace}.
   *
   * @param pace the option
   * @return this
   */
  public JournalLinkOptions setPace(String pace) {
    this.pace = pace;
    return this;
  }

  /**
   * Returns how often to check for new records when there are none, in milliseconds.
   *
   * @return the option
   */
  public long getPollMillis() {
    return pollMillis;
  }

  /**
   * Sets {@link #getPollMillis}.
   *
   * @param pollMillis the option
   * @return this
   */
  public JournalLinkOptions setPollMillis(long pollMillis) {
    this.pollMillis = pollMillis;
    return this;
  }
}
