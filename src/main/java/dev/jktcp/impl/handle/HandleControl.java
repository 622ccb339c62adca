package dev.jktcp.impl.handle;

import dev.jktcp.TcpControl;
import dev.jktcp.impl.TuningJson;
import dev.jktcp.impl.WriteIntake;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpTuning;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** The control over a connection that lives elsewhere, by requests to its adapter. Thread-safe. */
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
    stream.execute(() -> stream.softErrorHandler(handler));
    return this;
  }

  @Override
  public TcpControl urgentHandler(Handler<Integer> handler) {
    stream.execute(() -> stream.urgentHandler(handler));
    return this;
  }

  @Override
  public Future<Integer> urgentAhead() {
    return ask("urgentAhead", new JsonObject())
        .map(answer -> Math.max(answer.getInteger("ahead"), stream.urgentAhead()));
  }

  @Override
  public Future<Void> writeUrgent(Buffer data) {
    Promise<Void> promise = stream.context().promise();
    Buffer own = stream.context().inThread() ? data : data.copy();
    stream.execute(() -> writeHere(own).onComplete(promise));
    return promise.future();
  }

  private Future<Void> writeHere(Buffer data) {
    WriteIntake intake = stream.intake();
    if (data.length() > 0 && !intake.isSendingFile()) {
      return stream.writeUrgent(data); // the mark goes with the bytes
    }
    return intake.write(data).compose(taken -> stream.ask("urge", new JsonObject()).mapEmpty());
  }

  private Future<JsonObject> ask(String what, JsonObject question) {
    Promise<JsonObject> promise = stream.context().promise();
    stream.execute(() -> stream.ask(what, question).onComplete(promise));
    return promise.future();
  }
}
