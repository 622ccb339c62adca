package dev.jktcp.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageProducer;
import java.util.function.Supplier;

/**
 * One end of a conversation over the event bus. The bus may be closed at any moment with its Vert.x
 * instance, and its messages may be anything. Thread-safe.
 */
public final class BusEnd {
  /** Stands for a body that could not be decoded. */
  public static final Object MALFORMED = new Object();

  private BusEnd() {}

  /**
   * The body of a message, or {@link #MALFORMED}. This call decodes the body of a message from
   * another node.
   */
  public static Object body(Message<?> message) {
    try {
      return message.body();
    } catch (RuntimeException malformed) {
      return MALFORMED;
    }
  }

  /**
   * Makes a call on the bus.
   *
   * @return fails if the message is known to have no receiver, as on a closed bus
   */
  public static Future<Void> say(Supplier<Future<Void>> words) {
    try {
      return words.get();
    } catch (IllegalStateException busClosed) {
      return Future.failedFuture(busClosed);
    }
  }

  /** The same for a call whose outcome the bus does not tell. */
  public static Future<Void> tell(Runnable words) {
    return say(
        () -> {
          words.run();
          return Future.succeededFuture();
        });
  }

  /**
   * Sends.
   *
   * @return false if the message is known to have no receiver
   */
  public static boolean send(MessageProducer<Object> producer, Object body) {
    try {
      return !producer.write(body).failed();
    } catch (IllegalStateException busClosed) {
      return false;
    }
  }
}
