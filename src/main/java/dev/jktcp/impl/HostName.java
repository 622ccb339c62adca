package dev.jktcp.impl;

import dev.jktcp.text.Fields;
import dev.jktcp.wire.IpAddress;
import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names of hosts as DNS has them (RFC 1035 §2.3.4, RFC 1123 §2.1). */
public final class HostName {
  private static final int MOST = 253; // 255 bytes on the wire
  private static final int SHOWN = 64;

  /** Names with an underscore are allowed, for some hosts have one. */
  private static final Pattern NAME =
      Pattern.compile(
          "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

  /** A mistyped address is no name, for no top-level domain is a number. */
  private static final Pattern NUMBER_LAST = Pattern.compile("(.*\\.)?[0-9]+");

  private HostName() {}

  /** Whether the text is a name and no address; false for null. */
  public static boolean is(String text) {
    return text != null && !isAddress(text) && normalizedOrNull(text) != null;
  }

  public static boolean isAddress(String text) {
    try {
      IpAddress.parse(text);
      return true;
    } catch (IllegalArgumentException name) {
      return false;
    }
  }

  /**
   * The name in lower case, without the dot of the root, in ASCII (RFC 5890).
   *
   * @throws IllegalArgumentException if the text is no name
   */
  public static String normalized(String text) {
    String name = normalizedOrNull(text);
    if (name == null) {
      throw new IllegalArgumentException("'" + Fields.shown(text, SHOWN) + "' is not a host name");
    }
    return name;
  }

  private static String normalizedOrNull(String text) {
    String name = ascii(text);
    if (name == null) {
      return null;
    }
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    boolean good =
        name.length() <= MOST
            && NAME.matcher(name).matches()
            && !NUMBER_LAST.matcher(name).matches();
    return good ? name : null;
  }

  private static String ascii(String text) {
    try {
      return text.length() > 4 * MOST ? null : IDN.toASCII(text).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether the name is the suffix or below it; both normalized. */
  public static boolean isBelow(String name, String suffix) {
    return name.endsWith(suffix)
        && (name.length() == suffix.length()
            || name.charAt(name.length() - suffix.length() - 1) == '.');
  }
}
