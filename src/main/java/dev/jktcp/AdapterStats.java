package dev.jktcp;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an adapter holds and has counted, at one instant.
 *
 * @param connections connections in any state but TIME-WAIT
 * @param timeWaits connections in TIME-WAIT, small records
 * @param listeners ports listened on
 * @param bytesHeld bytes in send, receive and reassembly buffers
 * @param counters what happened since the start, by name; dropped packets by their reason
 */
public record AdapterStats(
    int connections, int timeWaits, int listeners, long bytesHeld, Map<String, Long> counters) {
  public AdapterStats {
    counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
  }

  public JsonObject toJson() {
    JsonObject counted = new JsonObject();
    counters.forEach(counted::put);
    return new JsonObject()
        .put("connections", connections)
        .put("timeWaits", timeWaits)
        .put("listeners", listeners)
        .put("bytesHeld", bytesHeld)
        .put("counters", counted);
  }
}
