package dev.jktcp.impl.frame;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The event-bus addresses of adapters, sessions and connections. */
public final class BusNames {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ID_BYTES = 16;

  private BusNames() {}

  /** Where an adapter is asked for something by its name. */
  public static String adapter(String name) {
    return "jktcp.adapter." + name;
  }

  /** Where it is published what an adapter's transport is doing. */
  public static String transport(String name) {
    return adapter(name) + ".transport";
  }

  /** Where one end of a session hears; nobody can guess it. */
  public static String session() {
    return "jktcp.session." + unguessable();
  }

  /** What the addresses of a connection begin with. */
  public static String connection(String id) {
    return "jktcp.connection." + id;
  }

  /** What the address of a listener begins with. */
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
