package dev.jktcp.cli;

import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import dev.jktcp.impl.control.About;
import dev.jktcp.impl.control.ControlSocket;
import dev.jktcp.impl.control.Shown;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The socket by which {@code jktcp stats} and {@code top} see this process. Its command's event
 * loop only.
 */
final class ControlPoint implements Shown {
  private final About about;
  private final Future<AnyAdapter> adapter;

  private ControlPoint(About about, Future<AnyAdapter> adapter) {
    this.about = about;
    this.adapter = adapter;
  }

  /**
   * Listens.
   *
   * @param transport as the user gave it
   * @return fails with one line that says why the socket cannot be used
   */
  static Future<ControlSocket> open(
      Vertx vertx, String command, String transport, Future<AnyAdapter> adapter) {
    ControlDirectory directory = ControlDirectory.ofThisUser();
    try {
      directory.prepare();
    } catch (IOException refused) {
      return Future.failedFuture(refused);
    }
    Path socket = directory.socketOf(ProcessHandle.current().pid());
    ControlPoint shown = new ControlPoint(new About(command, transport), adapter);
    return ControlSocket.open(vertx, socket, shown);
  }

  @Override
  public JsonObject about() {
    return about.toJson();
  }

  @Override
  public Future<AdapterStats> stats() {
    return adapter.compose(AnyAdapter::stats);
  }

  @Override
  public Future<ConnectionList> connections(int skip, int limit) {
    return adapter.compose(there -> there.connections(skip, limit));
  }
}
