package dev.jktcp.impl.control;

import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** The source of a {@link ControlSocket}'s answers. */
public interface Shown {
  /** The program and its adapter: {@code command}, {@code pid}, {@code transport} and the like. */
  JsonObject about();

  Future<AdapterStats> stats();

  Future<ConnectionList> connections(int skip, int limit);
}
