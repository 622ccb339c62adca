package dev.jktcp.impl.frame;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The event-bus addresses of adapters, sessions and connections. */
public final class BusNames {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ID_BYTES = 16;

  private BusNames() {}

  /** The address at which the adapter of this name answers requests. */
  public static String adapter(String name) {
    return "jktcp.adapter." + name;
  }

  /** The address at which the status of an adapter's transport is published. */
  public static String transport(String name) {
    return adapter(name) + ".transport";
  }

  /** The address at which one end of a session listens; it cannot be guessed. */
  public static String session() {
    return "jktcp.session." + unguessable();
  }

  /** The first part of a connection's addresses. */
  public static String connection(String id) {
    return "jktcp.connection." + id;
  }

  /** The first part of a listener's address. */
  public static String listener(String id) {
    return "jktcp.listener." + id;
  }

  /** 128 random bits in hexadecimal digits. */
  public static String unguessable() {
    byte[] id = new byte[ID_BYTES];
    RANDOM.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }
}
