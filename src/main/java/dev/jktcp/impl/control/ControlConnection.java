package dev.jktcp.impl.control;

import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.frame.ConnectionListJson;
import dev.jktcp.impl.pump.KernelSocket;
import dev.jktcp.time.Clock;
import dev.jktcp.time.TimeLimit;
import dev.jktcp.time.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;

/**
 * A client of a {@link ControlSocket}. Its requests are answered one at a time: the next is read
 * once the kernel took the answer to the one before, so that a client that does not read holds one
 * answer at most, and that for {@link #TAKE_MS}. Each wait for the client has its limit.
 */
final class ControlConnection {
  /** Until the first request: programs send it at once, a person at {@code nc} types it. */
  static final long FIRST_MS = 60_000;

  /** Between requests: {@code top --every} has 60 minutes at most, and may be late. */
  static final long NEXT_MS = 61 * 60_000;

  /** Until an answer is taken: longer than a reader on a busy machine stands still. */
  static final long TAKE_MS = 10_000;

  /** Until an answer is there: as long as a person waits for a first line. */
  private static final long ANSWER_MS = 2_000;

  private static final int MAX_REQUEST = 1_024; // bytes: ten times what a request needs
  private static final int USUAL_LIMIT = 20;

  private final ContextInternal context = (ContextInternal) Vertx.currentContext();
  private final NetSocket socket;
  private final Clock clock;
  private final Shown shown;
  private Timer patience; // closes the socket; null while the answer is being made
  private boolean closed;

  private ControlConnection(NetSocket socket, Clock clock, Shown shown, Runnable onClose) {
    this.socket = socket;
    this.clock = clock;
    this.shown = shown;
    socket.exceptionHandler(broken -> socket.close());
    socket.closeHandler(
        gone -> {
          closed = true;
          stopWaiting();
          onClose.run();
        });
  }

  static void serve(NetSocket socket, Clock clock, Shown shown, Runnable onClose) {
    new ControlConnection(socket, clock, shown, onClose).serve();
  }

  /** Refuses a client after its request, for one refused before would not read the reason. */
  static void refuse(NetSocket socket, Clock clock, Shown shown, String why, Runnable onClose) {
    ControlConnection refused = new ControlConnection(socket, clock, shown, onClose);
    refused.waitFor(ANSWER_MS);
    socket.handler(request -> socket.end(line(refused.error(why))));
  }

  private void serve() {
    waitFor(FIRST_MS);
    RecordParser lines = RecordParser.newDelimited("\n", socket).maxRecordSize(MAX_REQUEST);
    lines.exceptionHandler(tooLong -> socket.close());
    lines.handler(
        request -> {
          lines.pause();
          stopWaiting();
          answer(request)
              .compose(this::send)
              .onFailure(gone -> socket.close())
              .onSuccess(
                  sent -> {
                    waitFor(NEXT_MS);
                    lines.resume();
                  });
        });
  }

  private Future<Void> send(JsonObject answer) {
    waitFor(TAKE_MS);
    return socket.write(line(answer));
  }

  /**
   * Ends the socket if the client does not do its part within so long. Vert.x's {@code close} would
   * wait until the client has read what was written.
   */
  private void waitFor(long ms) {
    stopWaiting();
    if (!closed) {
      patience = clock.once(ms, () -> KernelSocket.reset(socket));
    }
  }

  private void stopWaiting() {
    if (patience != null) {
      patience.cancel();
      patience = null;
    }
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
    Promise<JsonObject> here = context.promise(); // the adapter may be on another context
    TimeLimit.of(context.owner(), ANSWER_MS, whole, () -> error("its transport is not open yet"))
        .onComplete(here);
    return here.future();
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
}
