package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A FIFO that programs write to, another that they read from, or both. */
@DataObject
@JsonGen(publicConverter = false)
public final class FifoLinkOptions extends NamedLinkOptions<FifoLinkOptions> {
  private boolean keepCarriageReturn;

  /** Creates options with defaults. */
  public FifoLinkOptions() {
    // PIPE_BUF: what the kernel writes in one piece.
    setMaxMessageBytes(4096);
  }

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public FifoLinkOptions(FifoLinkOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is
   * absent keeps its default.
   *
   * @param json the JSON form
   */
  public FifoLinkOptions(JsonObject json) {
    this();
    FifoLinkOptionsConverter.fromJson(json, this);
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
  public LinkType type() {
    return LinkType.FIFO;
  }

  @Override
  List<String> errors(String path) {
    List<String> errors = super.errors(path);
    checkStream(keepCarriageReturn, path, errors);
    return errors;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    FifoLinkOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns whether a carriage return before a line feed belongs to the line, with codec {@code
   * lines}, and not to the line break.
   *
   * @return the option
   */
  public boolean isKeepCarriageReturn() {
    return keepCarriageReturn;
  }

  /**
   * Sets {@link #isKeepCarriageReturn}.
   *
   * @param keepCarriageReturn the option
   * @return this
   */
  public FifoLinkOptions setKeepCarriageReturn(boolean keepCarriageReturn) {
    this.keepCarriageReturn = keepCarriageReturn;
    return this;
  }
}
