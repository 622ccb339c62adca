package dev.jktcp.impl.control;

import dev.jktcp.impl.Failures;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.KernelSockets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A Unix socket of mode 0600 that shows an adapter. A request is a line of JSON, {@code
 * {"skip":0,"limit":20}}; the answer is a line with {@code about}, {@code stats} and {@code
 * connections}, or with {@code error}. {@link #close} removes the file, and a file left by a killed
 * process is replaced. On the event loop of the context that opens it only.
 */
public final class ControlSocket {
  private static final int MAX_CLIENTS = 16; // a person opens one or two
  private static final int MAX_REFUSED = 16; // that are still to read the reason

  private final Clock clock;
  private final Path path;
  private final SocketFile file;
  private final Shown shown;
  private final NetServer server;
  private int clients;
  private int refused;

  /**
   * Listens.
   *
   * @return fails with an {@link IllegalStateException} of one line if another process listens
   *     there, the file is no socket, or a socket cannot be made there
   */
  public static Future<ControlSocket> open(Vertx vertx, Path path, Shown shown) {
    return open(vertx, Clock.of(vertx), path, shown);
  }

  static Future<ControlSocket> open(Vertx vertx, Clock clock, Path path, Shown shown) {
    ControlSocket socket = new ControlSocket(vertx, clock, path, shown);
    return socket.listen().recover(cause -> Future.failedFuture(socket.refused(cause))).map(socket);
  }

  private ControlSocket(Vertx vertx, Clock clock, Path path, Shown shown) {
    this.clock = clock;
    this.path = path;
    this.file = new SocketFile(path);
    this.shown = shown;
    this.server = vertx.createNetServer(KernelSockets.server(new NetServerOptions()));
    server.connectHandler(this::serve);
  }

  private Future<Void> listen() {
    return done(file::begin)
        .compose(at -> server.listen(SocketAddress.domainSocketAddress(at.toString())))
        .compose(listening -> done(this::publish))
        .eventually(() -> done(this::finish))
        .onFailure(cause -> server.close());
  }

  private Void publish() throws IOException {
    file.publish();
    return null;
  }

  private Void finish() throws IOException {
    file.finish();
    return null;
  }

  private Void remove() throws IOException {
    file.remove();
    return null;
  }

  /** A step with files. */
  private interface Step<T> {
    T run() throws IOException;
  }

  private static <T> Future<T> done(Step<T> step) {
    try {
      return Future.succeededFuture(step.run());
    } catch (IOException | UnsupportedOperationException e) {
      return Future.failedFuture(e);
    }
  }

  private IllegalStateException refused(Throwable cause) {
    String why = Failures.firstLine(cause);
    return new IllegalStateException("control: cannot listen on " + path + ": " + why, cause);
  }

  private void serve(NetSocket socket) {
    if (clients < MAX_CLIENTS) {
      clients++;
      ControlConnection.serve(socket, clock, shown, () -> clients--);
    } else if (refused < MAX_REFUSED) {
      refused++;
      String why = "it has " + MAX_CLIENTS + " clients, its limit";
      ControlConnection.refuse(socket, clock, shown, why, () -> refused--);
    } else {
      socket.close();
    }
  }

  /** Stops listening, and removes the file. */
  public Future<Void> close() {
    return server.close().eventually(() -> done(this::remove));
  }
}
