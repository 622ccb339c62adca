package dev.jktcp.impl.frame;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The payload of a frame about a UDP port: one datagram, or one ICMP error about a datagram that
 * was sent.
 *
 * <p>Wire form: the port (2 bytes; 0 for an error), the length of the text (2), the text, which is
 * the sender's address or the error, and the data.
 *
 * @param sender null for an error
 * @param trouble the error; null for a datagram
 */
public record CarriedDatagram(SocketAddress sender, Buffer data, String trouble) {
  private static final int HEADER = 4;

  public static CarriedDatagram of(SocketAddress sender, Buffer data) {
    return new CarriedDatagram(sender, data, null);
  }

  public static CarriedDatagram of(String trouble) {
    return new CarriedDatagram(null, Buffer.buffer(0), trouble);
  }

  public Buffer write() {
    byte[] text = (trouble != null ? trouble : sender.host()).getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer(HEADER + text.length + data.length())
        .appendUnsignedShort(trouble != null ? 0 : sender.port())
        .appendUnsignedShort(text.length)
        .appendBytes(text)
        .appendBuffer(data);
  }

  /** Bytes that a datagram takes as a frame's payload. */
  public int size() {
    return HEADER + sender.host().length() + data.length();
  }

  /** Null if the payload has another form. */
  public static CarriedDatagram read(Buffer payload) {
    if (payload.length() < HEADER) {
      return null;
    }
    int port = payload.getUnsignedShort(0);
    int dataAt = HEADER + payload.getUnsignedShort(2);
    if (dataAt > payload.length()) {
      return null;
    }
    String text = payload.getString(HEADER, dataAt, "UTF-8");
    if (port == 0) {
      return of(text);
    }
    Buffer data = payload.getBuffer(dataAt, payload.length());
    return of(SocketAddress.inetSocketAddress(port, text), data);
  }
}
