package dev.jktcp.channel;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;

/** HTTP CONNECT (RFC 9110 §9.3.6) and SOCKS5 (RFC 1928) for a client that does all right. */
final class SmallProxy {
  private static final byte[] NO_PASSWORD = {5, 0};
  private static final byte[] CONNECTED = {5, 0, 0, 1, 0, 0, 0, 0, 0, 0};

  private final Vertx vertx;
  private final NetClient client;
  private volatile String asked;

  SmallProxy(Vertx vertx) {
    this.vertx = vertx;
    this.client = vertx.createNetClient();
  }

  /** The last target. */
  String asked() {
    return asked;
  }

  Future<NetServer> listen(String host) {
    return vertx.createNetServer().connectHandler(this::take).listen(0, host);
  }

  private void take(NetSocket socket) {
    socket.handler(
        first -> {
          if (first.getByte(0) == 'C') {
            String target = first.toString().split(" ")[1];
            connect(socket, target, Buffer.buffer("HTTP/1.1 200 OK\r\n\r\n"));
          } else {
            socket.handler(request -> connect(socket, target(request), Buffer.buffer(CONNECTED)));
            socket.write(Buffer.buffer(NO_PASSWORD));
          }
        });
  }

  /** RFC 1928 §4, with an IPv4 address or a name that is one. */
  private static String target(Buffer request) {
    if (request.getByte(3) == 3) {
      int length = request.getByte(4);
      return request.getString(5, 5 + length) + ":" + request.getUnsignedShort(5 + length);
    }
    StringBuilder host = new StringBuilder();
    for (int i = 4; i < 8; i++) {
      if (i > 4) host.append('.');
      host.append(request.getUnsignedByte(i));
    }
    return host + ":" + request.getUnsignedShort(8);
  }

  private void connect(NetSocket socket, String target, Buffer answer) {
    asked = target;
    int colon = target.lastIndexOf(':');
    socket.pause();
    client
        .connect(Integer.parseInt(target.substring(colon + 1)), target.substring(0, colon))
        .onFailure(why -> socket.close())
        .onSuccess(
            there -> {
              socket.write(answer);
              there.pipeTo(socket);
              socket.handler(null);
              socket.pipeTo(there);
            });
  }
}
