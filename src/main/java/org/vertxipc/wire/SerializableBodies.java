package org.vertxipc.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Bodies that use Java's own serialisation: those of the listed classes, and none when no class is
 * listed. Input is read through a filter (JEP 290) that refuses every other class before any of its
 * code runs, and any object larger than its bytes allow. Thread-safe.
 */
public final class SerializableBodies {
  /** Allows no class at all. */
  public static final SerializableBodies NONE = of(List.of());

  /** Allows every class, for bytes of those who may do anything to this process anyway. */
  public static final SerializableBodies ANY = new SerializableBodies(List.of(), true);

  private static final String ALL_OF_PACKAGE = ".*";
  // The limit exists because each level is a method call of the reader.
  private static final int MAX_DEPTH = 100;
  private static final Set<Class<?>> BOXES =
      Set.of(
          Number.class,
          Boolean.class,
          Byte.class,
          Character.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          Enum.class);

  private final Set<String> names = new HashSet<>();
  private final Set<String> packages = new HashSet<>();

  private final boolean any;

  private SerializableBodies(List<String> listed, boolean any) {
    this.any = any;
    for (String name : listed) {
      if (name.endsWith(ALL_OF_PACKAGE)) {
        packages.add(name.substring(0, name.length() - ALL_OF_PACKAGE.length()));
      } else {
        names.add(name);
      }
    }
  }

  /**
   * Allows some classes.
   *
   * @param listed exact names, or a package, without its subpackages, followed by {@code .*}
   * @return the rule
   */
  public static SerializableBodies of(List<String> listed) {
    return new SerializableBodies(listed, false);
  }

  /** Returns whether a class is listed. */
  boolean isListed(Class<?> type) {
    return any || names.contains(type.getName()) || packages.contains(type.getPackageName());
  }

  /** Returns the bytes of an object whose class is listed. */
  byte[] write(Object body) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(body);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "A body of class " + body.getClass().getName() + " can't be serialised: " + e, e);
    }
  }

  /** Returns the object, when it and everything it refers to are allowed. */
  Object read(byte[] bytes) {
    if (!any && names.isEmpty() && packages.isEmpty()) {
      throw new IllegalArgumentException(
          "A body is a serialised Java object, and bus.serializable lists no classes");
    }
    try (ObjectInputStream in = new Reader(bytes)) {
      in.setObjectInputFilter(info -> check(info, bytes.length));
      return in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalArgumentException("A body can't be deserialised: " + e.getMessage(), e);
    }
  }

  private ObjectInputFilter.Status check(ObjectInputFilter.FilterInfo info, int length) {
    // Each element, and each reference, takes at least one byte.
    if (info.depth() > MAX_DEPTH || info.arrayLength() > length || info.references() > length) {
      return ObjectInputFilter.Status.REJECTED;
    }
    Class<?> type = info.serialClass();
    if (type == null) {
      return ObjectInputFilter.Status.UNDECIDED;
    }
    return isAllowed(type) ? ObjectInputFilter.Status.ALLOWED : ObjectInputFilter.Status.REJECTED;
  }

  private boolean isAllowed(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return element.isPrimitive()
        || element == String.class
        || element == Object.class
        || BOXES.contains(element)
        || isListed(element);
  }

  /** Finds classes where the application has them, and refuses those that are not listed. */
  private final class Reader extends ObjectInputStream {
    Reader(byte[] bytes) throws IOException {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Class<?> type;
      try {
        type = Class.forName(described.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(described);
      }
      if (!isAllowed(type)) {
        throw new InvalidClassException(
            type.getName(), "not in bus.serializable, which lists what may be deserialised");
      }
      return type;
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
      throw new InvalidClassException("a proxy, which is never deserialised");
    }
  }
}
