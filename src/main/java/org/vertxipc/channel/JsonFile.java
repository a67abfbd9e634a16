package org.vertxipc.channel;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.posix.BadFileException;

/**
 * What {@link SmallFile#readJson} has read. A member that is missing, or of another type than is
 * asked for, is an error that names the file and the member.
 *
 * @param path of the file
 * @param json what it contains
 */
public record JsonFile(Path path, JsonObject json) {
  private static final int SHOWN = 60;

  /**
   * Returns a text.
   *
   * @param member its key
   * @return the text
   * @throws BadFileException when there is none
   */
  public String text(String member) throws BadFileException {
    return member(member, String.class, "a text");
  }

  /**
   * Returns a truth value.
   *
   * @param member its key
   * @return the value
   * @throws BadFileException when there is none
   */
  public boolean flag(String member) throws BadFileException {
    return member(member, Boolean.class, "true or false");
  }

  /**
   * Returns a whole number.
   *
   * @param member its key
   * @return the number
   * @throws BadFileException when there is none
   */
  public long number(String member) throws BadFileException {
    Number number = member(member, Number.class, "a whole number");
    if (number instanceof Integer || number instanceof Long) {
      return number.longValue();
    }
    throw unexpected(member, "a whole number");
  }

  /**
   * Returns a list of texts.
   *
   * @param member its key
   * @return the texts
   * @throws BadFileException when there is no such list
   */
  public List<String> texts(String member) throws BadFileException {
    List<String> texts = new ArrayList<>();
    for (Object each : member(member, JsonArray.class, "a list of texts")) {
      if (!(each instanceof String text)) {
        throw unexpected(member, "a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  private <T> T member(String member, Class<T> type, String expected) throws BadFileException {
    Object value = json.getValue(member);
    if (!type.isInstance(value)) {
      throw unexpected(member, expected);
    }
    return type.cast(value);
  }

  /**
   * Returns an exception for a member that is missing, or not what it should be.
   *
   * @param member its key
   * @param expected what it should be
   * @return the exception
   */
  public BadFileException unexpected(String member, String expected) {
    if (!json.containsKey(member)) {
      return new BadFileException(path, "has no \"" + member + "\", expected " + expected);
    }
    // It may be almost as long as the file.
    String found = String.valueOf(json.getValue(member));
    String start = found.length() <= SHOWN ? found : found.substring(0, SHOWN) + "...";
    return new BadFileException(
        path, "has \"" + member + "\": " + start + ", expected " + expected);
  }
}
