package dev.jktcp.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageProducer;
import java.util.function.Supplier;

/**
 * One end of a conversation over the event bus, which may be closed at any moment along with its
 * Vert.x, and may bring anything. Any thread.
 */
public final class BusEnd {
  /** Stands for a body that could not be decoded. */
  public static final Object MALFORMED = new Object();

  private BusEnd() {}

  /** The body of a message, or {@link #MALFORMED}. That of another node is decoded by this call. */
  public static Object body(Message<?> message) {
    try {
      return message.body();
    } catch (RuntimeException malformed) {
      return MALFORMED;
    }
  }

  /**
   * Says something to the bus.
   *
   * @return fails if it is known that nobody hears it, as nobody does on a closed bus
   */
  public static Future<Void> say(Supplier<Future<Void>> words) {
    try {
      return words.get();
    } catch (IllegalStateException busClosed) {
      return Future.failedFuture(busClosed);
    }
  }

  /**
   * Sends.
   *
   * @return false if it is known that nobody hears it
   */
  public static boolean send(MessageProducer<Object> producer, Object body) {
    try {
      return !producer.write(body).failed();
    } catch (IllegalStateException busClosed) {
      return false;
    }
  }
}
