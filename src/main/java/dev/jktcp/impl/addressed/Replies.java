package dev.jktcp.impl.addressed;

import dev.jktcp.TcpException;
import dev.jktcp.impl.frame.ReplyCodes;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/** Answers to requests on the event bus. */
public final class Replies {
  private Replies() {}

  /** Answers with the future's result: JSON, or an empty object. */
  public static void answer(Message<?> message, Future<?> future) {
    future
        .onSuccess(
            value -> message.reply(value instanceof JsonObject json ? json : new JsonObject()))
        .onFailure(cause -> fail(message, cause));
  }

  public static void refuse(Message<?> message, String why) {
    message.fail(ReplyCodes.ARGUMENT, why);
  }

  public static void fail(Message<?> message, Throwable cause) {
    message.fail(code(cause), String.valueOf(cause.getMessage()));
  }

  static int code(Throwable cause) {
    if (cause instanceof IllegalArgumentException) {
      return ReplyCodes.ARGUMENT;
    }
    if (cause instanceof TcpException) {
      return ReplyCodes.TCP;
    }
    if (cause instanceof AddressedFull) {
      return ReplyCodes.FULL;
    }
    return ReplyCodes.STATE;
  }
}
