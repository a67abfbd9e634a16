package org.vertxipc;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;

/** A FIFO that programs write to, another that they read from, or both. */
@DataObject
public class FifoLinkOptions extends NamedLinkOptions<FifoLinkOptions> {
  // PIPE_BUF: what the kernel writes in one piece.
  private static final int MAX_MESSAGE_BYTES = 4096;

  /** Options with defaults. */
  public FifoLinkOptions() {
    super(MAX_MESSAGE_BYTES);
  }

  /**
   * A copy.
   *
   * @param other to copy
   */
  public FifoLinkOptions(FifoLinkOptions other) {
    super(other);
  }

  /**
   * Options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is absent
   * keeps its default.
   *
   * @param json the JSON form
   */
  public FifoLinkOptions(JsonObject json) {
    super(json, MAX_MESSAGE_BYTES);
  }

  @Override
  FifoLinkOptions self() {
    return this;
  }

  @Override
  FifoLinkOptions copy() {
    return new FifoLinkOptions(this);
  }

  @Override
  public String type() {
    return "fifo";
  }
}
