package dev.jktcp.impl.handle;

import dev.jktcp.HandleOptions;
import dev.jktcp.TcpException;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.frame.AdapterName;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.frame.ReplyCodes;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.text.Nearest;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Lease;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;

/** Sends requests to an adapter on the event bus; a failure is one line. Thread-safe. */
final class AdapterRequests {
  /**
   * The bus drops a request by the clock alone, even if the process was stopped meanwhile. Its
   * limit is therefore longer than any stop, and our own limit comes first. For a lost answer the
   * bus keeps a kilobyte.
   */
  private static final long BUS_FORGETS_MS = 24 * 3_600_000L;

  private final Vertx vertx;
  private final String name;
  private final HandleOptions options;

  AdapterRequests(Vertx vertx, String name, HandleOptions options) {
    this.vertx = vertx;
    this.name = name;
    this.options = options;
  }

  /**
   * Sends the request on the context, where the future completes within a request's time limit.
   *
   * @param workMs additional time for the work itself
   */
  Future<JsonObject> ask(
      ContextInternal context, String address, JsonObject question, long workMs) {
    return ask(context, address, question, workMs, promise -> promise.tryFail(gone()));
  }

  /**
   * The same.
   *
   * @param nobody fails the promise if the adapter is not at the address
   */
  Future<JsonObject> ask(
      ContextInternal context,
      String address,
      JsonObject question,
      long workMs,
      Consumer<Promise<JsonObject>> nobody) {
    Promise<JsonObject> promise = context.promise();
    context.emit(
        v -> {
          Clock clock = HandleSession.clock(options, context);
          long limitMs = options.getRequestTimeout().toMillis() + workMs;
          Lease limit = Lease.of(clock.on(context), limitMs, () -> promise.tryFail(silent()));
          promise.future().onComplete(answered -> limit.end());
          request(address, question, promise, nobody);
        });
    return promise.future();
  }

  /** The first request, to the adapter's name. It has no time limit of its own. */
  Future<JsonObject> hello(ContextInternal context, JsonObject question) {
    Promise<JsonObject> promise = context.promise();
    Consumer<Promise<JsonObject>> nobody = asked -> asked.tryFail(unknown());
    context.emit(v -> request(BusNames.adapter(name), question, promise, nobody));
    return promise.future();
  }

  private void request(
      String address,
      JsonObject question,
      Promise<JsonObject> promise,
      Consumer<Promise<JsonObject>> nobody) {
    DeliveryOptions delivery =
        new DeliveryOptions()
            .setLocalOnly(options.isLocal())
            .setSendTimeout(Math.max(BUS_FORGETS_MS, options.getRequestTimeout().toMillis()));
    try {
      vertx
          .eventBus()
          .<JsonObject>request(address, question, delivery)
          .map(reply -> reply.body())
          .onSuccess(promise::tryComplete)
          .onFailure(
              cause -> {
                if (isNobody(cause)) {
                  nobody.accept(promise);
                } else {
                  promise.tryFail(failure(cause));
                }
              });
    } catch (IllegalStateException busClosed) { // the Vert.x instance is closed
      promise.tryFail(gone());
    }
  }

  private static boolean isNobody(Throwable cause) {
    if (!(cause instanceof ReplyException reply)) {
      return false;
    }
    return switch (reply.failureType()) {
      case NO_HANDLERS -> true;
      case TIMEOUT -> true; // not after the bus's day: the consumer has gone and left this unread
      default -> false;
    };
  }

  private static Exception failure(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return cause instanceof ReplyException reply
            && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
        ? refusal(reply.failureCode(), message)
        : Failures.busLost(message);
  }

  private static Exception refusal(int code, String message) {
    return switch (code) {
      case ReplyCodes.ARGUMENT -> new IllegalArgumentException(message);
      case ReplyCodes.STATE -> new IllegalStateException(message);
      default -> new TcpException(reason(message), message);
    };
  }

  /** A failure's message begins with its reason. */
  private static CloseReason reason(String message) {
    for (CloseReason reason : CloseReason.values()) {
      if (message.startsWith(reason.text())) {
        return reason;
      }
    }
    return null;
  }

  private IllegalStateException unknown() {
    String where = options.isLocal() ? "in this Vert.x" : "on this event bus";
    return new IllegalStateException(
        "no adapter '"
            + name
            + "' "
            + where
            + ": deploy an AdapterVerticle with that name first"
            + elsewhere()
            + near());
  }

  /**
   * In a cluster the adapter may be on another node, and both sides must be configured for that.
   */
  private String elsewhere() {
    if (!vertx.isClustered()) {
      return "";
    }
    String verticle = ", and \"local\": false in its config if on another node";
    return options.isLocal() ? verticle + ", with HandleOptions.setLocal(false) here" : verticle;
  }

  /**
   * A hint with the names of this node. If the name itself is among them, its adapter is not
   * serving yet, and there is no hint.
   */
  private String near() {
    List<String> known = AdapterName.taken(vertx);
    return known.isEmpty() || known.contains(name) ? "" : "; " + Nearest.hint(name, known);
  }

  TcpException silent() {
    return new TcpException(
        CloseReason.BUS_LOST,
        "adapter '"
            + name
            + "' did not answer within "
            + options.getRequestTimeout().toMillis()
            + " ms");
  }

  TcpException gone() {
    return Failures.busLost("adapter '" + name + "' is gone");
  }

  /** The end of a session; {@code why} begins with a verb. */
  TcpException adapterLost(String why) {
    return Failures.busLost("adapter '" + name + "' " + why);
  }
}
