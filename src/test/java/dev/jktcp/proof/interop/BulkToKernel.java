package dev.jktcp.proof.interop;

import static dev.jktcp.proof.interop.KernelLab.await;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TunLab;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An adapter that sends bulk to the kernel, a connection at a time. */
final class BulkToKernel {
  private static final int BYTES = 3 << 20;

  final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Adapter adapter; // null until it is open

  /** The adapter has the peer's addresses of the device. */
  void open(PacketTransport transport, TunLab tun) throws Exception {
    AdapterOptions options =
        new AdapterOptions().addLocalAddress(tun.peerV4()).addLocalAddress(tun.peerV6());
    Promise<Adapter> made = Promise.promise();
    context.runOnContext(v -> made.complete(Adapter.create(vertx, transport, options)));
    adapter = await(made.future());
    await(adapter.opened());
  }

  /**
   * Sends over a new connection, and closes it both ways.
   *
   * @return the connection's state when every byte had arrived
   */
  TcpInfo send(ServerSocketChannel server, String host, Pattern pattern) throws Exception {
    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    Future<TcpStream> connecting = adapter.connect(host, port);
    SocketChannel channel = server.accept();
    TcpStream stream = await(connecting);
    Pattern nothing = new Pattern(0);
    StackEnd ours = new StackEnd(context, stream, pattern, nothing);
    KernelEnd kernels = new KernelEnd(threads, channel, nothing, pattern);
    Future<Void> received = kernels.received(BYTES);
    await(ours.send(BYTES));
    await(received);
    TcpInfo info = await(stream.info());
    ours.stream().end();
    await(kernels.ended(BYTES));
    kernels.shutdownOutput();
    await(ours.ended(0));
    await(ours.closed());
    return info;
  }

  /** One of the adapter's counters. */
  long counter(String name) {
    return await(adapter.stats()).counters().get(name);
  }

  void close() {
    try {
      if (adapter != null) await(adapter.close());
    } finally {
      threads.shutdownNow();
      await(vertx.close());
    }
  }
}
