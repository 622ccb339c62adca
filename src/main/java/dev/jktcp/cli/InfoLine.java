package dev.jktcp.cli;

import dev.jktcp.TcpStream;
import dev.jktcp.impl.frame.TcpInfoJson;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.text.Fields;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.util.Locale;

/**
 * The line of {@code --info} for a connection at its end: one object, with the fields of {@link
 * TcpInfo} under its names.
 */
final class InfoLine {
  private InfoLine() {}

  /**
   * @param failure null for an orderly end
   */
  static Future<String> of(TcpStream stream, Throwable failure) {
    return stream.info().map(info -> json(stream, failure, info).encode());
  }

  private static JsonObject json(TcpStream stream, Throwable failure, TcpInfo info) {
    CloseReason reason = stream.closeReason();
    JsonObject json =
        new JsonObject()
            .put("local", text(stream.localAddress()))
            .put("remote", text(stream.remoteAddress()))
            .put("reason", reason == null ? null : reason.name().toLowerCase(Locale.ROOT));
    if (failure != null) {
      json.put("error", Failure.line(failure));
    }
    return json.mergeIn(TcpInfoJson.write(info));
  }

  /** Both ends of a connection as text. */
  static String ends(TcpStream stream) {
    return text(stream.localAddress()) + " with " + text(stream.remoteAddress());
  }

  private static String text(SocketAddress address) {
    return Fields.join(address.host(), address.port());
  }
}
