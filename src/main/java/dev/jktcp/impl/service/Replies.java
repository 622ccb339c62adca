package dev.jktcp.impl.service;

import dev.jktcp.TcpException;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/** Answers to questions on the event bus. */
final class Replies {
  /** The question is wrong. */
  static final int ARGUMENT = 1;

  /** It is right, but not now. */
  static final int STATE = 2;

  /** A connection or the adapter has failed. */
  static final int TCP = 3;

  /** It is right, and there will be room for it later. */
  static final int FULL = 4;

  private Replies() {}

  /** With what the future brings: JSON, or an empty object. */
  static void answer(Message<?> message, Future<?> future) {
    future
        .onSuccess(
            value -> message.reply(value instanceof JsonObject json ? json : new JsonObject()))
        .onFailure(cause -> fail(message, cause));
  }

  static void refuse(Message<?> message, String why) {
    message.fail(ARGUMENT, why);
  }

  static void fail(Message<?> message, Throwable cause) {
    message.fail(code(cause), String.valueOf(cause.getMessage()));
  }

  static int code(Throwable cause) {
    if (cause instanceof IllegalArgumentException) return ARGUMENT;
    if (cause instanceof TcpException) return TCP;
    if (cause instanceof AddressedFull) return FULL;
    return STATE;
  }
}
