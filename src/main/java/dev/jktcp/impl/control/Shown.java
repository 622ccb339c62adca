package dev.jktcp.impl.control;

import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** The source of a {@link ControlSocket}'s answers. */
public interface Shown {
  /** The program and its adapter, as {@link About} writes them. */
  JsonObject about();

  Future<AdapterStats> stats();

  Future<ConnectionList> connections(int skip, int limit);
}
