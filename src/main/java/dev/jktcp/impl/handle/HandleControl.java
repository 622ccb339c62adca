package dev.jktcp.impl.handle;

import dev.jktcp.TcpControl;
import dev.jktcp.impl.TuningJson;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpTuning;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** The control over a connection that lives elsewhere: questions to its adapter. Any thread. */
final class HandleControl implements TcpControl {
  private final HandleStream stream;

  HandleControl(HandleStream stream) {
    this.stream = stream;
  }

  @Override
  public Future<TcpTuning> tuning() {
    return ask("tuning", new JsonObject())
        .map(answer -> TuningJson.read(answer.getJsonObject("tuning")));
  }

  @Override
  public Future<Void> tune(TcpTuning tuning) {
    Objects.requireNonNull(tuning, "tuning");
    return ask("tune", new JsonObject().put("tuning", TuningJson.write(tuning))).mapEmpty();
  }

  @Override
  public TcpControl softErrorHandler(Handler<SoftError> handler) {
    throw notOverTheBus("softErrorHandler");
  }

  @Override
  public TcpControl urgentHandler(Handler<Integer> handler) {
    throw notOverTheBus("urgentHandler");
  }

  private static UnsupportedOperationException notOverTheBus(String what) {
    return new UnsupportedOperationException(
        what
            + ": urgent data and soft errors are for a stream of the Adapter itself, not of a"
            + " handle");
  }

  @Override
  public Future<Integer> urgentAhead() {
    return ask("urgentAhead", new JsonObject()).map(answer -> answer.getInteger("ahead"));
  }

  @Override
  public Future<Void> writeUrgent(Buffer data) {
    throw notOverTheBus("writeUrgent");
  }

  private Future<JsonObject> ask(String what, JsonObject question) {
    Promise<JsonObject> promise = stream.context().promise();
    stream.execute(() -> stream.ask(what, question).onComplete(promise));
    return promise.future();
  }
}
