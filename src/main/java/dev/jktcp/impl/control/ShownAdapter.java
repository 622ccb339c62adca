package dev.jktcp.impl.control;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** An adapter in the program that shows it. */
public final class ShownAdapter implements Shown {
  private final Adapter adapter;
  private final String name;
  private final String transport;
  private final long startNs = System.nanoTime();

  public ShownAdapter(Adapter adapter, String name, String transport) {
    this.adapter = adapter;
    this.name = name;
    this.transport = transport;
  }

  @Override
  public JsonObject about() {
    return new JsonObject()
        .put("command", name)
        .put("pid", ProcessHandle.current().pid())
        .put("transport", transport)
        .put("ageMs", (System.nanoTime() - startNs) / 1_000_000);
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
