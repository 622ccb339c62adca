package dev.jktcp.stack;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Objects of ours that hang on one: what memory they take and what they hold. */
final class Shape {
  private static final int HEADER = 12; // with compressed class pointers
  private static final int ARRAY_HEADER = 16;
  private static final int REFERENCE = 4;

  private Shape() {}

  /**
   * All that is reached from an object.
   *
   * @param ends where not to look further
   */
  static Set<Object> reached(Object from, Predicate<Object> ends) throws IllegalAccessException {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> open = new ArrayDeque<>();
    open.add(from);
    while (!open.isEmpty()) {
      Object next = open.poll();
      if (ends.test(next) || !seen.add(next)) {
        continue;
      }
      for (Class<?> c = next.getClass(); c != null; c = c.getSuperclass()) {
        for (Field field : c.getDeclaredFields()) {
          Object value = isReference(field) ? valueOf(field, next) : null;
          if (value != null) {
            open.add(value);
          }
        }
      }
    }
    return seen;
  }

  /** The bytes of one object in a heap below 32 GB. */
  static int bytesOf(Object object) {
    int bytes = HEADER;
    if (object.getClass().isArray()) {
      Class<?> of = object.getClass().getComponentType();
      bytes = ARRAY_HEADER + Array.getLength(object) * sizeOf(of);
    }
    for (Class<?> c = object.getClass(); c != null; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        bytes += Modifier.isStatic(field.getModifiers()) ? 0 : sizeOf(field.getType());
      }
    }
    return (bytes + 7) / 8 * 8;
  }

  private static int sizeOf(Class<?> type) {
    if (type == long.class || type == double.class) {
      return 8;
    }
    if (type == boolean.class || type == byte.class) {
      return 1;
    }
    return type == char.class || type == short.class ? 2 : REFERENCE;
  }

  /** The values of all numbers and flags below an object, by the way to them. */
  static Map<String, Object> values(Object from, Predicate<Object> ends)
      throws IllegalAccessException {
    Map<String, Object> values = new TreeMap<>();
    collect(from, from.getClass().getSimpleName(), ends, values);
    return values;
  }

  private static void collect(
      Object from, String path, Predicate<Object> ends, Map<String, Object> values)
      throws IllegalAccessException {
    for (Class<?> c = from.getClass(); c != null; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())) {
          continue;
        }
        String name = path + "." + field.getName();
        Object value = valueOf(field, from);
        if (field.getType().isPrimitive()) {
          values.put(name, value);
        } else if (value == null) {
          values.put(name, "null");
        } else if (!ends.test(value) && value.getClass().getName().startsWith("dev.jktcp")) {
          collect(value, name, ends, values);
        }
      }
    }
  }

  /**
   * Whether a value of {@link #values} is of a part of the sender, by the way over another part.
   */
  static boolean isSendersPart(String name) {
    return name.matches(
        "Sender\\.(congestion|ladder)\\.(queue|flight|sndWnd|size|rtt|recovery|congestion)\\..*");
  }

  /** A field's value by its name, wherever its class is in the hierarchy. */
  static Object field(Object of, String name) throws ReflectiveOperationException {
    return valueOf(of.getClass().getDeclaredField(name), of);
  }

  private static Object valueOf(Field field, Object of) throws IllegalAccessException {
    field.setAccessible(true);
    return field.get(of);
  }

  private static boolean isReference(Field field) {
    return !field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers());
  }
}
