package org.vertxipc.posix;

import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The environment of a process, see {@code environ(7)}, as the bytes that it is: a process may have
 * inherited text of another encoding than its own. Names and values that are given as text become
 * UTF-8. Immutable.
 */
public final class Environment {
  private static final MemoryIO MEMORY = MemoryIO.getInstance();

  private final List<byte[]> variables;

  private Environment(List<byte[]> variables) {
    this.variables = variables;
  }

  /**
   * Returns the environment of this process.
   *
   * @return as it is now
   */
  public static Environment inherited() {
    Posix.load();
    List<byte[]> all = new ArrayList<>();
    long next = MEMORY.getAddress(Library.getDefault().getSymbolAddress("environ"));
    for (long at = MEMORY.getAddress(next); at != 0; at = MEMORY.getAddress(next)) {
      all.add(MEMORY.getZeroTerminatedByteArray(at));
      next += Long.BYTES;
    }
    return new Environment(all);
  }

  /**
   * Returns an environment with other variables, too.
   *
   * @param more takes the place of variables with the same name
   * @return another environment
   */
  public Environment with(Map<String, String> more) {
    List<byte[]> all = new ArrayList<>(variables);
    more.forEach(
        (name, value) -> {
          byte[] start = bytes(name + "=");
          all.removeIf(variable -> startsWith(variable, start));
          all.add(bytes(name + "=" + value));
        });
    return new Environment(all);
  }

  /**
   * Returns an environment with one variable of this one, if it is set.
   *
   * @param name of the variable
   * @return another environment
   */
  public Environment only(String name) {
    byte[] start = bytes(name + "=");
    return new Environment(variables.stream().filter(v -> startsWith(v, start)).toList());
  }

  /** Returns the value of a variable, null when it is not set. */
  byte[] get(String name) {
    byte[] start = bytes(name + "=");
    return variables.stream()
        .filter(variable -> startsWith(variable, start))
        .findFirst()
        .map(variable -> Arrays.copyOfRange(variable, start.length, variable.length))
        .orElse(null);
  }

  /** Returns {@code NAME=value} of each variable. */
  List<byte[]> variables() {
    return variables;
  }

  /** Returns the bytes that a text becomes in arguments, environments and names of files. */
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean startsWith(byte[] variable, byte[] start) {
    return variable.length >= start.length
        && Arrays.equals(variable, 0, start.length, start, 0, start.length);
  }
}
