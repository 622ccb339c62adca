package dev.jktcp;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an adapter holds and has counted, at one instant.
 *
 * @param connections connections in any state but TIME-WAIT
 * @param halfOpen those of them that a peer's SYN began and whose handshake is not complete
 * @param timeWaits connections in TIME-WAIT, small records
 * @param listeners ports listened on
 * @param bytesHeld memory behind data that waits for readers, peers and send buffers
 * @param memoryHeld the same, and a fixed charge for each connection, half-open or in TIME-WAIT as
 *     well: what counts against the limit
 * @param maxBytesHeld that limit; if it is a share of the heap it may change
 * @param counters what happened since the start, by name; dropped packets by their reason
 */
public record AdapterStats(
    int connections,
    int halfOpen,
    int timeWaits,
    int listeners,
    long bytesHeld,
    long memoryHeld,
    long maxBytesHeld,
    Map<String, Long> counters) {
  public AdapterStats {
    counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
  }

  public JsonObject toJson() {
    JsonObject counted = new JsonObject();
    counters.forEach(counted::put);
    return new JsonObject()
        .put("connections", connections)
        .put("halfOpen", halfOpen)
        .put("timeWaits", timeWaits)
        .put("listeners", listeners)
        .put("bytesHeld", bytesHeld)
        .put("memoryHeld", memoryHeld)
        .put("maxBytesHeld", maxBytesHeld)
        .put("counters", counted);
  }
}
