package dev.jktcp.options;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Values of JSON by their type. For a value of another type, the methods throw an {@link
 * IllegalArgumentException} of one line that names the key and shows the value.
 */
public final class JsonValues {
  /** Longer values are cut in error messages. */
  private static final int SHOWN = 40;

  private JsonValues() {}

  public static String string(String name, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrong(name, "a string", value);
  }

  public static long wholeNumber(String name, Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw wrong(name, "a whole number", value);
  }

  public static boolean truth(String name, Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw wrong(name, "true or false", value);
  }

  public static JsonObject object(String name, Object value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw wrong(name, "an object", value);
  }

  public static JsonArray array(String name, Object value) {
    if (value instanceof JsonArray array) {
      return array;
    }
    throw wrong(name, "an array", value);
  }

  public static List<String> strings(String name, Object value) {
    List<String> texts = new ArrayList<>();
    for (Object element : array(name, value)) {
      texts.add(string(name + "[" + texts.size() + "]", element));
    }
    return texts;
  }

  public static double fraction(String name, Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(name, "a number from 0 to 1", value);
  }

  public static WrongOption wrong(String name, String expected, Object value) {
    String got = value instanceof String text ? quoted(text) : shown(String.valueOf(value));
    return new WrongOption(name, "expected " + expected + ", got " + got);
  }

  public static String quoted(String text) {
    return "\"" + shown(text) + "\"";
  }

  /** The text on one line, cut to {@link #SHOWN} characters. */
  public static String shown(String text) {
    String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
