package dev.jktcp;

import dev.jktcp.transport.BusBridge;
import io.vertx.core.Handler;
import java.util.concurrent.atomic.AtomicReference;

/** Hears the end of an adapter, a handle or a bridge together with its reason. */
public final class EndOf {
  private EndOf() {}

  /**
   * @param told called once: with null for an end that was asked for, else with the reason
   */
  public static void adapter(Adapter adapter, Handler<Throwable> told) {
    AtomicReference<Throwable> why = new AtomicReference<>();
    adapter.exceptionHandler(why::set).closeHandler(v -> told.handle(why.get()));
  }

  /** Likewise. */
  public static void handle(AdapterHandle handle, Handler<Throwable> told) {
    AtomicReference<Throwable> why = new AtomicReference<>();
    handle.exceptionHandler(why::set).closeHandler(v -> told.handle(why.get()));
  }

  /** Likewise. */
  public static void bridge(BusBridge bridge, Handler<Throwable> told) {
    AtomicReference<Throwable> why = new AtomicReference<>();
    bridge.exceptionHandler(why::set).closeHandler(v -> told.handle(why.get()));
  }
}
