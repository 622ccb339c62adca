package dev.jktcp.impl.control;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** An adapter in the program that shows it. */
public final class ShownAdapter implements Shown {
  private final Adapter adapter;
  private final About about;

  public ShownAdapter(Adapter adapter, String name, String transport) {
    this.adapter = adapter;
    this.about = new About(name, transport);
  }

  @Override
  public JsonObject about() {
    return about.toJson();
  }

  @Override
  public Future<AdapterStats> stats() {
    return adapter.stats();
  }

  @Override
  public Future<ConnectionList> connections(int skip, int limit) {
    return adapter.connections(skip, limit);
  }
}
