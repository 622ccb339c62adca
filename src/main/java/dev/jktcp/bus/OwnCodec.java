package dev.jktcp.bus;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageCodec;

/**
 * A codec for a type of the library's own. Within a process the object itself is handed over.
 *
 * @param <T> the type
 */
public abstract class OwnCodec<T> implements MessageCodec<T, T> {
  private final String name;

  protected OwnCodec(String name) {
    this.name = name;
  }

  /** Makes the codec known to the event bus. Repeated calls do no harm. */
  protected static void register(Vertx vertx, OwnCodec<?> codec) {
    try {
      vertx.eventBus().registerCodec(codec);
    } catch (IllegalStateException known) {
      // Registered before. There is no way to ask, and two threads could ask at once.
    }
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final byte systemCodecID() {
    return -1; // the interface requires it of a user's codec
  }

  @Override
  public T transform(T object) {
    return object;
  }
}
