package dev.jktcp.transport;

import io.vertx.core.json.JsonObject;

/**
 * The state of an adapter's transport, and the reason.
 *
 * @param reason of {@link TransportState#WAITING} and {@link TransportState#ENDED} in one line;
 *     null for none, as after an orderly end
 * @param losses how often it was away so far
 */
public record TransportStatus(TransportState state, String reason, long losses) {
  /** The status before the transport is open. */
  public static final TransportStatus OPENING =
      new TransportStatus(TransportState.OPENING, null, 0);

  /** The form of {@link #toJson}; a missing key is as in {@link #OPENING}. */
  public static TransportStatus of(JsonObject json) {
    String state = json.getString("state", TransportState.OPENING.text());
    for (TransportState known : TransportState.values()) {
      if (known.text().equals(state)) {
        return new TransportStatus(known, json.getString("reason"), json.getLong("losses", 0L));
      }
    }
    throw new IllegalArgumentException("state: '" + state + "' is not known");
  }

  /** {@code {"state": "waiting", "reason": "…", "losses": 1}}; no reason: no such key. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("state", state.text()).put("losses", losses);
    return reason == null ? json : json.put("reason", reason);
  }
}
