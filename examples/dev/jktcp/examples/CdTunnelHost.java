package dev.jktcp.examples;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.transport.CdTunnel;
import dev.jktcp.transport.CdTunnelDevice;
import dev.jktcp.transport.CdTunnelDeviceOptions;
import dev.jktcp.transport.CdTunnelOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;

/**
 * What a program does with an iPhone: it shakes hands on a stream it has (usbmuxd's or a TLS one;
 * here a Unix socket), takes addresses and MTU from the answer, and connects to the port where the
 * device lists its services. A stand-in plays the device.
 */
public final class CdTunnelHost {
  private CdTunnelHost() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "/tmp/jktcp-cdtunnel-example")
        .onSuccess(System.out::println)
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /**
   * Completes with what the device says on its service port.
   *
   * @param path where to make the Unix socket
   */
  public static Future<String> run(Vertx vertx, String path) {
    SocketAddress address = SocketAddress.domainSocketAddress(path);
    NetClient client = vertx.createNetClient();
    return vertx
        .createNetServer()
        .connectHandler(socket -> playDevice(vertx, socket))
        .listen(address)
        .compose(listening -> client.connect(address))
        .compose(
            socket ->
                CdTunnel.handshake(
                    socket.pause(), socket, new CdTunnelOptions().setCloser(socket::close)))
        .compose(tunnel -> askServices(vertx, tunnel))
        .eventually(client::close);
  }

  private static Future<String> askServices(Vertx vertx, CdTunnel tunnel) {
    AdapterOptions options =
        new AdapterOptions()
            .addLocalAddress(tunnel.clientAddress())
            .addPeerAddress(tunnel.serverAddress());
    Adapter adapter = Adapter.create(vertx, tunnel.transport(), options);
    Promise<String> services = Promise.promise();
    adapter
        .connect(tunnel.serverRsdPort())
        .onSuccess(
            stream -> {
              Buffer heard = Buffer.buffer();
              stream.handler(heard::appendBuffer);
              stream.endHandler(end -> services.complete(heard.toString()));
              stream.exceptionHandler(services::tryFail);
              stream.end();
            })
        .onFailure(services::fail);
    return services.future().eventually(adapter::close);
  }

  private static void playDevice(Vertx vertx, NetSocket socket) {
    CdTunnelDeviceOptions options = new CdTunnelDeviceOptions().setCloser(socket::close);
    CdTunnelDevice.accept(socket.pause(), socket, options)
        .onSuccess(
            device -> {
              AdapterOptions own = new AdapterOptions().addLocalAddress(options.getServerAddress());
              Adapter.create(vertx, device.transport(), own)
                  .listen(
                      options.getRsdPort(),
                      stream -> stream.end(Buffer.buffer("syslog 5001, afc 5002")));
            });
  }
}
