package dev.jktcp.impl.session;

import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;

/** Publishes on the event bus what an adapter's transport is doing. Any thread. */
public final class TransportNews {
  private final Vertx vertx;
  private final String name;
  private final boolean local;

  /**
   * @param name the adapter's
   * @param local whether other nodes are shut out
   */
  public TransportNews(Vertx vertx, String name, boolean local) {
    this.vertx = vertx;
    this.name = name;
    this.local = local;
  }

  public void publish(TransportStatus status) {
    try {
      vertx
          .eventBus()
          .publish(
              BusNames.transport(name),
              status.toJson().put("name", name),
              new DeliveryOptions().setLocalOnly(local));
    } catch (IllegalStateException busClosed) {
      // The whole Vert.x ends: no one is left to hear.
    }
  }
}
