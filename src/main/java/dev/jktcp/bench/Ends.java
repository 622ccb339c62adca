package dev.jktcp.bench;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.transport.CdTunnel;
import dev.jktcp.transport.CdTunnelOptions;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.transport.PipeTransportOptions;
import dev.jktcp.transport.SocketTransport;
import dev.jktcp.transport.SocketTransportOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two adapters and the link that joins them. */
record Ends(Adapter client, Adapter server) {
  /** Made on the context of both. */
  static Future<Ends> open(Vertx vertx, Context context, BenchOptions options) {
    return switch (options.kind()) {
      case SOCKET, FORWARD -> overUnixSocket(vertx, options);
      case CDTUNNEL -> throughCdTunnel(vertx, context, options);
      default -> Future.succeededFuture(overPipe(vertx, options));
    };
  }

  private static Ends overPipe(Vertx vertx, BenchOptions options) {
    PipeTransport.Pair pipe = pipe(options);
    return new Ends(client(vertx, pipe.left(), options), server(vertx, pipe.right(), options));
  }

  private static PipeTransport.Pair pipe(BenchOptions options) {
    return PipeTransport.pair(new PipeTransportOptions().setMtu(options.mtu()));
  }

  private static Future<Ends> overUnixSocket(Vertx vertx, BenchOptions options) {
    SocketAddress path = SocketAddress.domainSocketAddress(temporaryPath());
    SocketTransportOptions socket = new SocketTransportOptions();
    socket.getStream().setMtu(options.mtu()).setReceiveMtu(options.mtu());
    SocketTransport listening = SocketTransport.listen(vertx, path, socket);
    Adapter server = server(vertx, listening, options);
    return listening
        .bound()
        .map(
            bound ->
                new Ends(
                    client(vertx, SocketTransport.connect(vertx, path, socket), options), server));
  }

  private static String temporaryPath() {
    try {
      Path directory = Files.createTempDirectory("jktcp-bench");
      directory.toFile().deleteOnExit();
      return directory.resolve("socket").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The device keeps only the first packet of a write, so its stream must keep writes apart, as
   * memory does.
   */
  private static Future<Ends> throughCdTunnel(Vertx vertx, Context context, BenchOptions options) {
    MemoryStream toDevice = new MemoryStream(context);
    MemoryStream toHost = new MemoryStream(context);
    PipeTransport.Pair pipe = pipe(options);
    new StandInDevice(context, toDevice, toHost, pipe.left(), 1)
        .addresses(options.clientAddress(), options.serverAddress())
        .start();
    Adapter server = server(vertx, pipe.right(), options);
    return CdTunnel.handshake(
            toHost,
            toDevice,
            new CdTunnelOptions().setRequestedMtu(options.mtu()).setSendMtu(options.mtu()))
        .map(tunnel -> new Ends(client(vertx, tunnel.transport(), options), server));
  }

  private static Adapter client(Vertx vertx, PacketTransport transport, BenchOptions options) {
    return Adapter.create(vertx, transport, adapterOptions(options, options.clientAddress()));
  }

  private static Adapter server(Vertx vertx, PacketTransport transport, BenchOptions options) {
    return Adapter.create(vertx, transport, adapterOptions(options, options.serverAddress()));
  }

  static AdapterOptions adapterOptions(BenchOptions options, String address) {
    return new AdapterOptions()
        .addLocalAddress(address)
        .setProfile(options.profile())
        .setSendBuffer(options.window())
        .setReceiveBuffer(options.window());
  }

  Future<Void> close() {
    return client.close().eventually(server::close);
  }
}
