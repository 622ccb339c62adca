package dev.jktcp.transport;

import dev.jktcp.bus.BusContext;
import dev.jktcp.context.Contexts;
import dev.jktcp.text.KernelWords;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetServerInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** The source of a transport's one socket. Adapter context only. */
interface SocketSource {
  /** Called once. */
  Future<NetSocket> socket();

  /** See {@link SocketTransport#bound()}. Any thread. */
  Future<SocketAddress> bound();

  /** Ends the client or server, and fails a socket that is under way. Idempotent. */
  Future<Void> close();

  /** The key under which connections outlive their listener; any one lifetime will do. */
  Duration FOR_EVER = Duration.ofDays(36_500);

  /** A server's shutdown waits for sockets that have a handler for it. */
  static void keep(NetSocket socket) {
    socket.shutdownHandler(timeout -> {});
  }

  /** Leaves the sockets that were {@link #keep kept} open. */
  static void stopListening(NetServer server) {
    server.shutdown(FOR_EVER);
  }

  /**
   * Closes a client or a server, unless its Vert.x has ended first, whose event loops close all
   * sockets. A client's and a server's end is a task of the acceptors' loop, which Vert.x ends
   * before it begins to end the others.
   */
  static Future<Void> unlessEnded(Vertx vertx, Supplier<Future<Void>> close) {
    boolean ended = ((VertxInternal) vertx).acceptorEventLoopGroup().isShuttingDown();
    return ended ? Future.succeededFuture() : close.get();
  }

  static NetServerOptions serverOptions() {
    return new NetServerOptions().setTcpNoDelay(true);
  }

  static TransportException cannotListen(SocketAddress address, Throwable cause) {
    String what = "cannot listen on " + SocketTransport.nameOf(address) + ": ";
    String words = TransportException.words(cause);
    return new TransportException(
        cause instanceof BindException && isFile(address)
            ? what + words + fileHint(address, "if no process listens there, one that was killed")
            : what + KernelWords.ofListening(words, address.isDomainSocket()),
        cause);
  }

  static TransportException cannotConnect(SocketAddress address, Throwable cause) {
    String what = "cannot connect to " + SocketTransport.nameOf(address) + ": ";
    String words = TransportException.words(cause);
    return new TransportException(
        cause instanceof ConnectException && isFile(address)
            ? what + words + fileHint(address, "no process listens there, one that was killed")
            : what + KernelWords.ofConnecting(words, address.isDomainSocket()),
        cause);
  }

  /** Whether the path of a Unix socket exists. A killed process leaves its path behind. */
  private static boolean isFile(SocketAddress address) {
    return address.isDomainSocket() && Files.exists(Path.of(address.path()));
  }

  /** Never advises to remove a file of another kind, which may be anything. */
  private static String fileHint(SocketAddress address, String process) {
    return isSocket(Path.of(address.path()))
        ? "; " + process + " left the file: remove it"
        : "; the file there is not a socket: choose another path";
  }

  private static boolean isSocket(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).isOther();
    } catch (IOException gone) {
      return false;
    }
  }

  /** Connects. */
  final class Dialer implements SocketSource {
    private final SocketAddress address;
    // Kept while the socket lives: a client that is collected closes its sockets. A client holds
    // its parts weakly, and the close future of its context holds them.
    private final ContextInternal owner;
    private final NetClient client;
    private final Promise<SocketAddress> bound = Promise.promise();

    Dialer(Vertx vertx, SocketAddress address, Duration timeout) {
      this.address = address;
      NetClientOptions options =
          new NetClientOptions().setTcpNoDelay(true).setConnectTimeout((int) timeout.toMillis());
      this.owner = BusContext.beside(Contexts.eventLoop(vertx));
      this.client =
          Contexts.from(owner, () -> vertx.createNetClient(KernelSockets.client(options)));
    }

    @Override
    public Future<NetSocket> socket() {
      Future<NetSocket> socket =
          KernelSockets.address(address)
              .compose(client::connect)
              .recover(e -> Future.failedFuture(cannotConnect(address, e)));
      socket.map(address).onComplete(bound);
      return socket;
    }

    @Override
    public Future<SocketAddress> bound() {
      return bound.future();
    }

    @Override
    public Future<Void> close() {
      return unlessEnded(owner.owner(), client::close);
    }
  }

  /** Listens for one connection. */
  final class Acceptor implements SocketSource {
    private final SocketAddress address;
    private final Vertx vertx;
    private final NetServer server;
    private final ExclusiveName claim;
    private final Promise<SocketAddress> bound = Promise.promise();
    private final Promise<NetSocket> accepted = Promise.promise();
    private Future<Void> deaf = Future.succeededFuture(); // the listening channel is closed

    Acceptor(Vertx vertx, SocketAddress address) {
      this.address = address;
      boolean anyPort = address.isInetSocket() && address.port() <= 0;
      this.vertx = vertx;
      this.claim =
          new ExclusiveName(vertx, anyPort ? null : "listen " + SocketTransport.nameOf(address));
      this.server = vertx.createNetServer(KernelSockets.server(serverOptions()));
    }

    @Override
    public Future<NetSocket> socket() {
      server.connectHandler(this::accept);
      Future<NetServer> listening =
          claim.take()
              ? listen()
              : Future.failedFuture("another transport of this Vert.x listens there");
      listening
          .map(s -> address.isDomainSocket() ? address : withPort(s.actualPort()))
          .recover(e -> Future.failedFuture(cannotListen(address, e)))
          .onComplete(bound);
      bound.future().onFailure(accepted::tryFail);
      return accepted.future();
    }

    /** The end of the context that listens closes the server and its sockets. */
    private Future<NetServer> listen() {
      ContextInternal owner = BusContext.beside(ContextInternal.current());
      return KernelSockets.address(address).compose(at -> listen(owner, at));
    }

    /**
     * On the loop that accepts, so that no client is accepted in the midst of it: Vert.x binds the
     * address before it tells that loop where sockets are to live.
     */
    private Future<NetServer> listen(ContextInternal owner, SocketAddress at) {
      Promise<NetServer> listening = owner.promise();
      try {
        owner
            .owner()
            .acceptorEventLoopGroup()
            .execute(() -> ((NetServerInternal) server).listen(owner, at).onComplete(listening));
      } catch (RejectedExecutionException ended) { // the Vert.x, and this loop with it
        listening.fail(ended);
      }
      return listening.future();
    }

    private SocketAddress withPort(int port) {
      return SocketAddress.inetSocketAddress(port, address.host());
    }

    private void accept(NetSocket socket) {
      if (!accepted.future().isComplete()) {
        socket.pause(); // until it is taken, on another context
        keep(socket);
        // A server of Vert.x gives up its event loop before it closes its channel. A client that
        // comes in between cannot be registered, which Netty logs as a warning.
        deaf = SocketEnd.ofListening(socket).onComplete(closed -> stopListening(server));
        accepted.complete(socket); // last, for its end may close this at once
      } else {
        socket.close();
      }
    }

    @Override
    public Future<SocketAddress> bound() {
      return bound.future();
    }

    @Override
    public Future<Void> close() {
      accepted.tryFail(
          new TransportException(SocketTransport.nameOf(address) + ": closed before a connection"));
      return deaf.transform(closed -> unlessEnded(vertx, server::close))
          .onComplete(done -> claim.release());
    }
  }
}
