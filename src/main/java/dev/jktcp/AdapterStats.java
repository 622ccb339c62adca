package dev.jktcp;

import dev.jktcp.tcp.TcpState;
import dev.jktcp.transport.TransportState;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The counters of an adapter, and what it holds, at one instant.
 *
 * @param connections connections in any state but TIME-WAIT
 * @param halfOpen those of the connections that a peer's SYN began and whose handshake is not
 *     complete
 * @param timeWaits connections in TIME-WAIT, small records
 * @param listeners ports listened on
 * @param bytesHeld memory behind data that waits for readers, peers and send buffers
 * @param memoryHeld {@code bytesHeld} and a fixed charge for each connection, half-open or in
 *     TIME-WAIT as well; this counts against the limit
 * @param maxBytesHeld the limit of {@code memoryHeld}; if it is a share of the heap it may change
 * @param states connections by state, TIME-WAIT included; a state without connections is left out
 * @param roundTrips smoothed round trips of the connections that live
 * @param usage how much of each limit is used: {@code memory}, {@code connections}, {@code
 *     halfOpen}, {@code backlog} (the fullest one), {@code timeWaits}, {@code udpPorts}, {@code
 *     reassemblies}, {@code reassemblyBytes}, {@code pings}
 * @param transport the status of the transport
 * @param counters the counts since the start, by name; ended connections and dropped packets by
 *     their reason
 */
public record AdapterStats(
    int connections,
    int halfOpen,
    int timeWaits,
    int listeners,
    long bytesHeld,
    long memoryHeld,
    long maxBytesHeld,
    Map<TcpState, Integer> states,
    RoundTrips roundTrips,
    Map<String, Usage> usage,
    TransportStatus transport,
    Map<String, Long> counters) {
  /**
   * Smoothed round trips (RFC 6298).
   *
   * @param connections how many connections have measured one
   * @param leastNs 0 if no connection has one, as are the next two
   */
  public record RoundTrips(int connections, long leastNs, long meanNs, long largestNs) {
    JsonObject toJson() {
      return new JsonObject()
          .put("connections", connections)
          .put("leastNs", leastNs)
          .put("meanNs", meanNs)
          .put("largestNs", largestNs);
    }

    static RoundTrips of(JsonObject json) {
      return new RoundTrips(
          json.getInteger("connections"),
          json.getLong("leastNs"),
          json.getLong("meanNs"),
          json.getLong("largestNs"));
    }
  }

  /** How much of something is taken. */
  public record Usage(long used, long limit) {
    /** From 0 to 1, which is all. */
    public double share() {
      return limit == 0 ? (used > 0 ? 1 : 0) : (double) used / limit;
    }

    JsonObject toJson() {
      return new JsonObject().put("used", used).put("limit", limit);
    }

    static Usage of(JsonObject json) {
      return new Usage(json.getLong("used"), json.getLong("limit"));
    }
  }

  public AdapterStats {
    Map<TcpState, Integer> byState = new EnumMap<>(TcpState.class);
    byState.putAll(states);
    states = Collections.unmodifiableMap(byState);
    usage = Collections.unmodifiableMap(new LinkedHashMap<>(usage));
    counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
  }

  /** The counter of this name; 0 if it never moved or is not known. */
  public long counter(String name) {
    return counters.getOrDefault(name, 0L);
  }

  /** These figures after the adapter has ended for this reason. */
  public AdapterStats ended(String reason) {
    return new AdapterStats(
        connections,
        halfOpen,
        timeWaits,
        listeners,
        bytesHeld,
        memoryHeld,
        maxBytesHeld,
        states,
        roundTrips,
        usage,
        new TransportStatus(TransportState.ENDED, reason, transport.losses()),
        counters);
  }

  /** The form of {@link #toJson}. */
  public static AdapterStats of(JsonObject json) {
    Map<TcpState, Integer> states = new EnumMap<>(TcpState.class);
    JsonObject byState = json.getJsonObject("states");
    for (String state : byState.fieldNames()) {
      states.put(TcpState.valueOf(state), byState.getInteger(state));
    }
    Map<String, Usage> usage = new LinkedHashMap<>();
    JsonObject used = json.getJsonObject("usage");
    for (String name : used.fieldNames()) {
      usage.put(name, Usage.of(used.getJsonObject(name)));
    }
    Map<String, Long> counters = new LinkedHashMap<>();
    JsonObject counted = json.getJsonObject("counters");
    for (String name : counted.fieldNames()) {
      counters.put(name, counted.getLong(name));
    }
    return new AdapterStats(
        json.getInteger("connections"),
        json.getInteger("halfOpen"),
        json.getInteger("timeWaits"),
        json.getInteger("listeners"),
        json.getLong("bytesHeld"),
        json.getLong("memoryHeld"),
        json.getLong("maxBytesHeld"),
        states,
        RoundTrips.of(json.getJsonObject("roundTrips")),
        usage,
        TransportStatus.of(json.getJsonObject("transport")),
        counters);
  }

  public JsonObject toJson() {
    JsonObject byState = new JsonObject();
    states.forEach((state, count) -> byState.put(state.name(), count));
    JsonObject used = new JsonObject();
    usage.forEach((name, one) -> used.put(name, one.toJson()));
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
        .put("states", byState)
        .put("roundTrips", roundTrips.toJson())
        .put("usage", used)
        .put("transport", transport.toJson())
        .put("counters", counted);
  }
}
