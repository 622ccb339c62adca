package dev.jktcp.impl.control;

import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.frame.ConnectionListJson;
import dev.jktcp.time.TimeLimit;
import dev.jktcp.transport.KernelSockets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A Unix socket of mode 0600 that shows an adapter. A request is a line of JSON, {@code
 * {"skip":0,"limit":20}}; the answer is a line with {@code about}, {@code stats} and {@code
 * connections}, or with {@code error}. {@link #close} removes the file, and a file left by a killed
 * process is replaced. On the event loop of the context that opens it only.
 */
public final class ControlSocket {
  private static final int MAX_CLIENTS = 16; // a person opens one or two
  private static final int MAX_REQUEST = 1_024; // bytes: ten times what a request needs
  private static final long ANSWER_MS = 2_000; // as long as a person waits for a first line
  private static final int USUAL_LIMIT = 20;

  private final Vertx vertx;
  private final Path path;
  private final Shown shown;
  private final NetServer server;
  private int clients;

  /**
   * Listens.
   *
   * @return fails with an {@link IllegalStateException} of one line if another process listens
   *     there, the file is no socket, or a socket cannot be made there
   */
  public static Future<ControlSocket> open(Vertx vertx, Path path, Shown shown) {
    ControlSocket socket = new ControlSocket(vertx, path, shown);
    return socket
        .removeStale()
        .compose(free -> socket.listen())
        .recover(cause -> Future.failedFuture(socket.refused(cause)))
        .map(socket);
  }

  private ControlSocket(Vertx vertx, Path path, Shown shown) {
    this.vertx = vertx;
    this.path = path;
    this.shown = shown;
    this.server = vertx.createNetServer(KernelSockets.server(new NetServerOptions()));
    server.connectHandler(this::serve);
  }

  private Future<Void> listen() {
    return server
        .listen(SocketAddress.domainSocketAddress(path.toString()))
        .compose(listening -> ownersOnly());
  }

  private Future<Void> ownersOnly() {
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      return Future.succeededFuture();
    } catch (IOException | UnsupportedOperationException e) {
      return close().transform(closed -> Future.failedFuture(e));
    }
  }

  /** Removes the file of a killed process, at which no process listens any more. */
  private Future<Void> removeStale() {
    if (!isSocket()) {
      return Future.succeededFuture();
    }
    NetClient client = vertx.createNetClient(KernelSockets.client(new NetClientOptions()));
    return client
        .connect(SocketAddress.domainSocketAddress(path.toString()))
        .transform(
            answer -> {
              client.close();
              return answer.succeeded()
                  ? Future.failedFuture("another process listens there")
                  : removeFile();
            });
  }

  private Future<Void> removeFile() {
    try {
      Files.deleteIfExists(path);
      return Future.succeededFuture();
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }

  private boolean isSocket() {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther();
    } catch (IOException none) {
      return false;
    }
  }

  private IllegalStateException refused(Throwable cause) {
    String why = Failures.firstLine(cause);
    return new IllegalStateException("control: cannot listen on " + path + ": " + why, cause);
  }

  private void serve(NetSocket socket) {
    if (clients >= MAX_CLIENTS) {
      refuse(socket);
      return;
    }
    clients++;
    socket.closeHandler(closed -> clients--);
    socket.exceptionHandler(broken -> socket.close());
    RecordParser lines = RecordParser.newDelimited("\n", socket).maxRecordSize(MAX_REQUEST);
    lines.exceptionHandler(tooLong -> socket.close());
    lines.handler(
        request -> {
          lines.pause(); // one at a time
          answer(request)
              .compose(json -> socket.write(line(json)))
              .onFailure(gone -> socket.close())
              .onSuccess(written -> lines.resume());
        });
  }

  /** Refuses the client after its request, for one refused before would not read the reason. */
  private void refuse(NetSocket socket) {
    socket.exceptionHandler(broken -> socket.close());
    socket.handler(
        request -> socket.end(line(error("it has " + MAX_CLIENTS + " clients, its limit"))));
    vertx.setTimer(ANSWER_MS, late -> socket.close());
  }

  private Future<JsonObject> answer(Buffer request) {
    int skip;
    int limit;
    try {
      JsonObject json = new JsonObject(request);
      skip = Math.max(0, json.getInteger("skip", 0));
      limit = Math.max(1, json.getInteger("limit", USUAL_LIMIT));
    } catch (DecodeException | ClassCastException | NullPointerException malformed) {
      return Future.succeededFuture(error("a line of JSON with skip and limit is expected"));
    }
    Future<JsonObject> whole =
        shown
            .stats()
            .compose(stats -> shown.connections(skip, limit).map(list -> answer(stats, list)))
            .otherwise(cause -> error(Failures.firstLine(cause)));
    return TimeLimit.of(vertx, ANSWER_MS, whole, () -> error("its transport is not open yet"));
  }

  private JsonObject answer(AdapterStats stats, ConnectionList connections) {
    return new JsonObject()
        .put("about", shown.about())
        .put("stats", stats.toJson())
        .put("connections", ConnectionListJson.write(connections));
  }

  private JsonObject error(String why) {
    return new JsonObject().put("about", shown.about()).put("error", why);
  }

  private static Buffer line(JsonObject json) {
    return json.toBuffer().appendString("\n");
  }

  /** Stops listening, and removes the file. */
  public Future<Void> close() {
    return server.close().eventually(this::removeFile);
  }
}
