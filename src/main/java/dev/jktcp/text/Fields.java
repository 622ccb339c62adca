package dev.jktcp.text;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * The common parts of colon-separated texts such as {@code [fd00::1]:80}. Every error is an {@link
 * IllegalArgumentException} of one line that repeats the text.
 */
public final class Fields {
  private static final int MAX_PORT = 65_535;

  private Fields() {}

  /**
   * Cuts at the colons outside brackets; the brackets stay.
   *
   * @throws IllegalArgumentException if they do not enclose whole fields
   */
  public static List<String> split(String text) {
    List<String> fields = new ArrayList<>();
    int start = 0;
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '[' && (depth > 0 || i > start)
          || c == ']' && (depth == 0 || i + 1 < text.length() && text.charAt(i + 1) != ':')) {
        throw new IllegalArgumentException(
            "'" + text + "': brackets go around a whole IPv6 address");
      }
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ':' && depth == 0) {
        fields.add(text.substring(start, i));
        start = i + 1;
      }
    }
    if (depth != 0) {
      throw new IllegalArgumentException("'" + text + "': a bracket is not closed");
    }
    fields.add(text.substring(start));
    return fields;
  }

  /** Whether a field is meant as a port: it consists of digits. */
  public static boolean isPort(String field) {
    return !field.isEmpty() && field.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /**
   * @param min 0 if a free port may be picked, otherwise 1
   */
  public static int port(String text, String field, int min) {
    int port = isPort(field) && field.length() <= 9 ? Integer.parseInt(field) : -1;
    if (port < min || port > MAX_PORT) {
      throw wrongField(text, field, "is not a port, " + min + " to 65535");
    }
    return port;
  }

  /** An IP address in text, IPv6 in brackets; returned without brackets. Names are refused. */
  public static String bracketedAddress(String text, String field) {
    if (isPort(field)) {
      throw wrongField(text, field, "is a port where an address should be");
    }
    if (field.startsWith("[")) {
      String inner = field.substring(1, field.length() - 1);
      if (isV6(inner)) {
        return inner;
      }
    } else if (NetUtil.isValidIpV4Address(field)) {
      return field;
    }
    throw wrongField(text, field, "is not an IP address");
  }

  /** An IP address or a name of the kernel's network. */
  public static String host(String text, String field) {
    if (field.startsWith("[")) {
      return bracketedAddress(text, field);
    }
    if (isPort(field)) {
      throw wrongField(text, field, "is a port where a host should be");
    }
    if (field.isEmpty() || field.chars().anyMatch(c -> c <= ' ' || c == '/')) {
      throw wrongField(text, field, "is not a host");
    }
    return field;
  }

  /** Names the field within its text; a text that is one field is named once. */
  private static IllegalArgumentException wrongField(String text, String field, String why) {
    String where = text.equals(field) ? "" : "'" + text + "': ";
    return new IllegalArgumentException(where + "'" + field + "' " + why);
  }

  /** An IP address in text without brackets, as options take it. */
  public static String address(String field) {
    if (NetUtil.isValidIpV4Address(field) || isV6(field)) {
      return field;
    }
    throw new IllegalArgumentException("'" + field + "' is not an IP address");
  }

  /** Whether the text is an IPv6 address, with or without a zone (RFC 4007 §11). */
  public static boolean isV6(String text) {
    int percent = text.indexOf('%');
    String address = percent < 0 ? text : text.substring(0, percent);
    return percent != text.length() - 1
        && address.indexOf('[') < 0
        && address.indexOf(':') >= 0
        && NetUtil.isValidIpV6Address(address)
        && text.chars().noneMatch(c -> c <= ' ' || c == '/');
  }

  /**
   * The error for a text of the wrong form, with a hint if it has an IPv6 address without brackets.
   */
  public static IllegalArgumentException wrongForm(String text, List<String> fields, String form) {
    boolean bareV6 = fields.size() > 3 && text.indexOf('[') < 0 && !text.contains(".");
    String hint = bareV6 ? "; an IPv6 address goes in brackets" : "";
    return new IllegalArgumentException("'" + text + "' is not " + form + hint);
  }

  /** Text from a stranger, made fit for a line: printable ASCII, no longer than {@code most}. */
  public static String shown(String text, int most) {
    String plain = text.replaceAll("[^\\x21-\\x7e]", "?");
    return plain.length() <= most ? plain : plain.substring(0, most) + "...";
  }

  /** {@code 10.0.0.1:80} or {@code [fd00::1]:80}. */
  public static String join(String host, int port) {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
