package dev.jktcp.bus;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.eventbus.EventBusInternal;

/**
 * A consumer that leaves the event bus quietly. A consumer of Vert.x, when unregistered, warns of
 * each message that waits on its context. This one drops waiting messages, and answers requests as
 * a bus without a consumer does. It is unregistered after a turn of its event loop in which no
 * message came.
 *
 * <p>If its owner's context is a verticle's or a worker's, the consumer lives on an event loop
 * beside it, so that only {@link #leave} ends it. The handler runs on the owner's context.
 * Thread-safe.
 */
public final class BusReader {
  /**
   * Turns after which it leaves although messages still come, and Vert.x warns with reason. A
   * sender that knows of the end stops within a few turns.
   */
  private static final int MAX_TURNS = 1_000;

  private final ContextInternal context; // of the consumer
  private final ContextInternal owner;
  private final Handler<Message<Object>> handler;
  private final MessageConsumer<Object> consumer;
  private final Promise<Void> gone = Promise.promise();
  private volatile boolean left;

  // Consumer's context only.
  private long heard;
  private int turns;

  /**
   * Registers.
   *
   * @param handler runs on the owner's context; not any more once {@link #leave} was called there
   * @param local whether other nodes are shut out
   */
  public static BusReader open(
      ContextInternal owner, String address, boolean local, Handler<Message<Object>> handler) {
    return new BusReader(owner, address, local, handler);
  }

  private BusReader(
      ContextInternal owner, String address, boolean local, Handler<Message<Object>> handler) {
    VertxInternal vertx = owner.owner();
    EventBusInternal bus = vertx.eventBus();
    this.owner = owner;
    boolean usable = owner.isEventLoopContext() && !owner.isDeployment();
    this.context = usable ? owner : BusContext.onLoopOf(owner);
    this.handler = handler;
    this.consumer =
        bus.consumer(context, new MessageConsumerOptions().setAddress(address).setLocalOnly(local));
    consumer.handler(this::onMessage);
  }

  /** Completes when messages arrive from everywhere. */
  public Future<Void> completion() {
    return consumer.completion();
  }

  private void onMessage(Message<Object> message) {
    heard++;
    if (left) {
      refuse(message);
    } else if (owner.isEventLoopContext()) {
      handler.handle(message); // its thread is this one
    } else {
      owner.runOnContext(v -> deliver(message));
    }
  }

  private void deliver(Message<Object> message) {
    if (left) {
      refuse(message);
    } else {
      handler.handle(message);
    }
  }

  /** Answers a request as a bus without a consumer does. */
  public static void refuse(Message<Object> message) {
    if (message.replyAddress() == null) {
      return;
    }
    message.reply(
        new ReplyException(
            ReplyFailure.NO_HANDLERS, "No handlers for address " + message.address()));
  }

  /**
   * Drops messages from now on, and unregisters when no more come. Idempotent.
   *
   * @return completes when it is unregistered
   */
  public Future<Void> leave() {
    if (left) {
      return gone.future();
    }
    left = true;
    context.runOnContext(v -> awaitQuiet(heard));
    return gone.future();
  }

  private void awaitQuiet(long heardBefore) {
    // Messages that wait on the context now are handled before the next turn.
    context.runOnContext(
        v -> {
          if (heard == heardBefore || ++turns == MAX_TURNS) {
            consumer.unregister().onComplete(gone);
          } else {
            awaitQuiet(heard);
          }
        });
  }
}
