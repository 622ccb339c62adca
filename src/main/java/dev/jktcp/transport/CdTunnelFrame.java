package dev.jktcp.transport;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * How CDTunnel's two handshake messages lie on the stream: 8 bytes {@code CDTunnel}, a 16-bit
 * big-endian length and that many bytes of JSON.
 */
final class CdTunnelFrame {
  private static final byte[] MAGIC = "CDTunnel".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = MAGIC.length + 2;

  private final String awaited;
  private final int maxJsonBytes;
  private final Buffer received = Buffer.buffer();

  /**
   * @param awaited {@code request} or {@code answer}, for messages
   * @param maxJsonBytes a longer message is refused before it is read
   */
  CdTunnelFrame(String awaited, int maxJsonBytes) {
    this.awaited = awaited;
    this.maxJsonBytes = maxJsonBytes;
  }

  static Buffer encode(JsonObject json) {
    Buffer body = json.toBuffer();
    return Buffer.buffer().appendBytes(MAGIC).appendUnsignedShort(body.length()).appendBuffer(body);
  }

  /**
   * Takes the next bytes, cut anywhere.
   *
   * @return whether the message is whole; what follows it is {@link #rest()}
   * @throws TransportException as soon as the bytes cannot become a message
   */
  boolean feed(Buffer bytes) throws TransportException {
    received.appendBuffer(bytes);
    checkMagic();
    if (received.length() < HEADER_BYTES) {
      return false;
    }
    if (jsonBytes() > maxJsonBytes) {
      throw failure("announces " + jsonBytes() + " bytes, the limit is " + maxJsonBytes);
    }
    return received.length() >= HEADER_BYTES + jsonBytes();
  }

  private void checkMagic() throws TransportException {
    for (int i = 0; i < Math.min(MAGIC.length, received.length()); i++) {
      if (received.getByte(i) != MAGIC[i]) {
        throw failure("does not begin with CDTunnel; is this the tunnel's stream?");
      }
    }
  }

  private int jsonBytes() {
    return received.getUnsignedShort(MAGIC.length);
  }

  /** The message, once {@link #feed} has returned true. */
  JsonObject message() throws TransportException {
    try {
      Buffer json = received.getBuffer(HEADER_BYTES, HEADER_BYTES + jsonBytes());
      if (Json.decodeValue(json) instanceof JsonObject message) {
        return message;
      }
    } catch (DecodeException e) {
      throw failure("is no JSON");
    }
    throw failure("is no JSON object");
  }

  /** The bytes that arrived glued to the end of the message. */
  Buffer rest() {
    return received.getBuffer(HEADER_BYTES + jsonBytes(), received.length());
  }

  private TransportException failure(String what) {
    return new TransportException("cdtunnel: the " + awaited + " " + what);
  }
}
