package dev.jktcp.impl.control;

import io.vertx.core.json.JsonObject;

/** A program and its adapter, as {@link Shown#about} names them, from now on. */
public final class About {
  private final String command;
  private final String transport;
  private final long startNs = System.nanoTime();

  public About(String command, String transport) {
    this.command = command;
    this.transport = transport;
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("command", command)
        .put("pid", ProcessHandle.current().pid())
        .put("transport", transport)
        .put("ageMs", (System.nanoTime() - startNs) / 1_000_000);
  }
}
