package dev.jktcp.transport;

import dev.jktcp.wire.IpAddress;
import io.vertx.core.json.JsonObject;

/** The fields of a handshake message. A wrong field fails with one line that says what is wrong. */
final class CdTunnelFields {
  private static final int MAX_QUOTED = 64;

  private final String message;
  private final String path;
  private final JsonObject json;

  /**
   * @param message {@code request} or {@code answer}
   */
  CdTunnelFields(String message, JsonObject json) {
    this(message, "", json);
  }

  private CdTunnelFields(String message, String path, JsonObject json) {
    this.message = message;
    this.path = path;
    this.json = json;
  }

  CdTunnelFields object(String name) throws TransportException {
    if (value(name) instanceof JsonObject object) {
      return new CdTunnelFields(message, path + name + ".", object);
    }
    throw failure(name, "no object");
  }

  String text(String name) throws TransportException {
    if (value(name) instanceof String text) {
      return text;
    }
    throw failure(name, "no text");
  }

  void type(String expected) throws TransportException {
    if (!text("type").equals(expected)) {
      throw failure("type", "not " + expected);
    }
  }

  int integer(String name, int min, int max) throws TransportException {
    if (!(value(name) instanceof Integer number)) {
      throw failure(name, "no integer");
    }
    if (number < min || number > max) {
      throw failure(name, "outside " + min + ".." + max);
    }
    return number;
  }

  /** In the canonical form of RFC 5952. */
  String v6Address(String name) throws TransportException {
    String text = text(name);
    try {
      IpAddress address = IpAddress.parse(text);
      if (address.isV6()) {
        return address.toString();
      }
    } catch (IllegalArgumentException e) {
      // The line below says so.
    }
    throw failure(name, "no IPv6 address");
  }

  /** An address one host can have. */
  String v6Unicast(String name) throws TransportException {
    IpAddress address = IpAddress.parse(v6Address(name));
    if (address.isUnspecified() || address.isMulticast() || address.isLoopback()) {
      throw failure(name, "no unicast address");
    }
    return address.toString();
  }

  private Object value(String name) throws TransportException {
    Object value = json.getValue(name);
    if (value == null) {
      throw new TransportException("cdtunnel: the " + message + " lacks " + path + name);
    }
    return value;
  }

  /** The answer's field is unusable: one line with the field, why, and its value. */
  TransportException failure(String name, String what) {
    String value = String.valueOf(json.getValue(name)).replaceAll("\\p{Cntrl}", "?");
    if (value.length() > MAX_QUOTED) {
      value = value.substring(0, MAX_QUOTED) + "...";
    }
    return new TransportException(
        "cdtunnel: " + path + name + " in the " + message + " is " + what + ": " + value);
  }
}
