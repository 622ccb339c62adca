package dev.jktcp.impl.session;

import dev.jktcp.TcpControl;
import dev.jktcp.impl.LocalStream;
import dev.jktcp.impl.TuningJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** The connection's end of a handle's {@code TcpControl}. Adapter context only. */
final class ServedControl {
  private ServedControl() {}

  static Future<JsonObject> answer(LocalStream stream, JsonObject question) {
    TcpControl control = stream.control();
    return switch (question.getString("do")) {
      case "tuning" ->
          control.tuning().map(now -> new JsonObject().put("tuning", TuningJson.write(now)));
      case "tune" -> tune(control, question);
      // The send buffer has what the handle wrote before, or it would not ask.
      case "urge" -> control.writeUrgent(Buffer.buffer()).map(v -> new JsonObject());
      default -> control.urgentAhead().map(n -> new JsonObject().put("ahead", n));
    };
  }

  private static Future<JsonObject> tune(TcpControl control, JsonObject question) {
    try {
      return control
          .tune(TuningJson.read(question.getJsonObject("tuning", new JsonObject())))
          .map(v -> new JsonObject());
    } catch (RuntimeException wrong) {
      return Future.failedFuture(wrong);
    }
  }
}
