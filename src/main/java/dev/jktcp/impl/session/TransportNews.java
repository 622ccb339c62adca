package dev.jktcp.impl.session;

import dev.jktcp.bus.BusEnd;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;

/** Publishes the status of an adapter's transport on the event bus. Thread-safe. */
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
    DeliveryOptions delivery = new DeliveryOptions().setLocalOnly(local);
    JsonObject news = status.toJson().put("name", name);
    BusEnd.tell(() -> vertx.eventBus().publish(BusNames.transport(name), news, delivery));
  }
}
