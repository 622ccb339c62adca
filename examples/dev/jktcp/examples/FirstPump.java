package dev.jktcp.examples;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import dev.jktcp.transport.SocketTransport;
import dev.jktcp.transport.SocketTransportOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;

/** The shortest way to something that works: a port of this machine leads into the tunnel. */
public final class FirstPump {
  private FirstPump() {}

  public static void main(String[] args) {
    forward(Vertx.vertx(), "/tmp/jktcp-example", 8080, 80)
        .onSuccess(server -> System.out.println("port " + server.actualPort() + " is open"))
        .onFailure(e -> System.err.println(e.getMessage()));
  }

  /** Clients of the local port reach the peer's port through a Unix socket of IP packets. */
  // tag::forward[]
  static Future<NetServer> forward(Vertx vertx, String tunnel, int localPort, int peerPort) {
    SocketAddress path = SocketAddress.domainSocketAddress(tunnel);
    SocketTransportOptions options = new SocketTransportOptions();
    AdapterOptions host = new AdapterOptions().addLocalAddress("fd66::2").addPeerAddress("fd66::1");
    Adapter adapter = Adapter.create(vertx, SocketTransport.connect(vertx, path, options), host);
    Handler<NetSocket> join =
        client -> {
          Pump.keepHalfOpen(client); // its FIN is passed on, and the answer comes back
          Future<TcpStream> peer = adapter.connect(peerPort);
          peer.onSuccess(stream -> Pump.between(client, stream).start());
          peer.onFailure(refused -> Pump.reset(client));
        };
    return vertx.createNetServer().connectHandler(join).listen(localPort, "127.0.0.1");
  }
  // end::forward[]
}
