package dev.jktcp.impl.addressed;

import dev.jktcp.bus.BusEnd;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/**
 * The way of the answer to a message. A request is answered to its sender; a message that was only
 * sent, to the address it names, if any. Adapter context only.
 */
final class AddressedReply {
  private final AddressedConnections home;
  private final Message<?> message;
  private String address; // null if the message names none

  AddressedReply(AddressedConnections home, Message<?> message) {
    this.home = home;
    this.message = message;
  }

  /**
   * @param replyTo null if the message names no address
   */
  void to(String replyTo) {
    if (replyTo != null && replyTo.isEmpty()) {
      throw new IllegalArgumentException("replyTo: is empty; give an address of the event bus");
    }
    address = replyTo;
  }

  /** Answers with what the future brings. */
  void with(Future<JsonObject> answer) {
    answer.onSuccess(this::done).onFailure(this::fail);
  }

  /**
   * @return fails if the answer is known to have no receiver
   */
  Future<Void> done(JsonObject answer) {
    if (message.replyAddress() != null) {
      return BusEnd.tell(() -> message.reply(answer));
    }
    return address == null ? Future.succeededFuture() : home.send(address, answer);
  }

  void fail(Throwable cause) {
    int code = Replies.code(cause);
    String line = String.valueOf(cause.getMessage());
    if (message.replyAddress() != null) {
      BusEnd.tell(() -> message.fail(code, line));
    } else if (address != null) {
      home.send(address, new JsonObject().put("error", line).put("code", code));
    }
  }
}
