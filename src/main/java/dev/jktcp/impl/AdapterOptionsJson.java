package dev.jktcp.impl;

import dev.jktcp.AdapterOptions;
import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.JsonValues;
import dev.jktcp.options.Limits;
import dev.jktcp.options.WrongOption;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys of {@link AdapterOptions} in JSON, one row each. */
public final class AdapterOptionsJson {
  /** RFC 791 §3.2: every module forwards 68 bytes unfragmented. */
  static final int MIN_MTU = 68;

  /** RFC 791 §3.1: the total length has 16 bits. */
  static final int MAX_MTU = 65_535;

  /** 2^16 - 1, scaled by 2^14 (RFC 7323 §2.2). */
  private static final int MAX_BUFFER = 65_535 << 14;

  /** RFC 6056 §3.2; the ports below are the well-known ports of servers. */
  private static final int MIN_LOCAL_PORT = 1024;

  /** Enough for one connection with little data. */
  private static final long LEAST_BYTES_HELD = 64 * 1024;

  /**
   * A third of it, the interval of heartbeats, is still longer than most pauses of the garbage
   * collector.
   */
  public static final long MIN_LEASE_MS = 100;

  private static final JsonKeys<AdapterOptions> KEYS =
      new JsonKeys<AdapterOptions>()
          .texts(
              "localAddresses",
              AdapterOptions::setLocalAddresses,
              AdapterOptions::getLocalAddresses)
          .texts(
              "peerAddresses", AdapterOptions::setPeerAddresses, AdapterOptions::getPeerAddresses)
          .integerOrZero("mtu", MIN_MTU, MAX_MTU, AdapterOptions::setMtu, AdapterOptions::getMtu)
          .named(
              "profile",
              TcpProfile::named,
              TcpProfile::name,
              AdapterOptions::setProfile,
              AdapterOptions::getProfile)
          .named(
              "congestion",
              AdapterOptionsJson::congestion,
              name -> name,
              AdapterOptions::setCongestion,
              AdapterOptions::getCongestion)
          .object(
              "tuning",
              TuningJson::read,
              TuningJson::write,
              AdapterOptions::setTuning,
              AdapterOptions::getTuning)
          .integer(
              "sendBuffer",
              0,
              MAX_BUFFER,
              AdapterOptions::setSendBuffer,
              AdapterOptions::getSendBuffer)
          .integer(
              "receiveBuffer",
              0,
              MAX_BUFFER,
              AdapterOptions::setReceiveBuffer,
              AdapterOptions::getReceiveBuffer)
          .integer(
              "maxSendBuffer",
              1,
              MAX_BUFFER,
              AdapterOptions::setMaxSendBuffer,
              AdapterOptions::getMaxSendBuffer)
          .integer(
              "maxReceiveBuffer",
              1,
              MAX_BUFFER,
              AdapterOptions::setMaxReceiveBuffer,
              AdapterOptions::getMaxReceiveBuffer)
          .integer(
              "firstLocalPort",
              MIN_LOCAL_PORT,
              Limits.MAX_PORT,
              AdapterOptions::setFirstLocalPort,
              AdapterOptions::getFirstLocalPort)
          .integer(
              "lastLocalPort",
              MIN_LOCAL_PORT,
              Limits.MAX_PORT,
              AdapterOptions::setLastLocalPort,
              AdapterOptions::getLastLocalPort)
          .integer(
              "maxConnections",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setMaxConnections,
              AdapterOptions::getMaxConnections)
          .integer(
              "maxTimeWait",
              0,
              Integer.MAX_VALUE,
              AdapterOptions::setMaxTimeWait,
              AdapterOptions::getMaxTimeWait)
          .truth(
              "pathMtuProbing", AdapterOptions::setPathMtuProbing, AdapterOptions::isPathMtuProbing)
          .integer(
              "maxPaths",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setMaxPaths,
              AdapterOptions::getMaxPaths)
          .time(
              "pathMtuMs",
              1_000,
              Integer.MAX_VALUE,
              AdapterOptions::setPathMtu,
              AdapterOptions::getPathMtu)
          .integer(
              "backlog",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setBacklog,
              AdapterOptions::getBacklog)
          .integer(
              "maxHalfOpen",
              0,
              Integer.MAX_VALUE,
              AdapterOptions::setMaxHalfOpen,
              AdapterOptions::getMaxHalfOpen)
          .time(
              "timeWaitMs",
              0,
              Integer.MAX_VALUE,
              AdapterOptions::setTimeWait,
              AdapterOptions::getTimeWait)
          .time(
              "finWait2Ms",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setFinWait2,
              AdapterOptions::getFinWait2)
          .integer(
              "maxPendingWrites",
              0,
              Integer.MAX_VALUE,
              AdapterOptions::setMaxPendingWrites,
              AdapterOptions::getMaxPendingWrites)
          .numberOrZero(
              "maxBytesHeld",
              LEAST_BYTES_HELD,
              Long.MAX_VALUE / 16,
              AdapterOptions::setMaxBytesHeld,
              AdapterOptions::getMaxBytesHeld)
          .time(
              "orphanTimeoutMs",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setOrphanTimeout,
              AdapterOptions::getOrphanTimeout)
          .time(
              "shutdownTimeoutMs",
              0,
              Integer.MAX_VALUE,
              AdapterOptions::setShutdownTimeout,
              AdapterOptions::getShutdownTimeout)
          .time(
              "leaseMs",
              MIN_LEASE_MS,
              Integer.MAX_VALUE,
              AdapterOptions::setLease,
              AdapterOptions::getLease)
          .integer(
              "maxSessions",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setMaxSessions,
              AdapterOptions::getMaxSessions)
          .text("metricsName", AdapterOptions::setMetricsName, AdapterOptions::getMetricsName)
          .integer(
              "maxListed",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setMaxListed,
              AdapterOptions::getMaxListed)
          .integer(
              "maxUdpPorts",
              0,
              Limits.MAX_PORT,
              AdapterOptions::setMaxUdpPorts,
              AdapterOptions::getMaxUdpPorts)
          .integer(
              "udpSendBuffer",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setUdpSendBuffer,
              AdapterOptions::getUdpSendBuffer)
          .integer(
              "udpReceiveBuffer",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setUdpReceiveBuffer,
              AdapterOptions::getUdpReceiveBuffer)
          .integer(
              "maxReassemblies",
              0,
              Integer.MAX_VALUE,
              AdapterOptions::setMaxReassemblies,
              AdapterOptions::getMaxReassemblies)
          .integer(
              "maxReassemblyBytes",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setMaxReassemblyBytes,
              AdapterOptions::getMaxReassemblyBytes)
          .time(
              "reassemblyTimeoutMs",
              1,
              Integer.MAX_VALUE,
              AdapterOptions::setReassemblyTimeout,
              AdapterOptions::getReassemblyTimeout)
          .integer(
              "maxPings",
              0,
              Integer.MAX_VALUE,
              AdapterOptions::setMaxPings,
              AdapterOptions::getMaxPings)
          .texts("dnsServers", AdapterOptions::setDnsServers, AdapterOptions::getDnsServers)
          .value(
              "hosts",
              (options, value) -> options.setHosts(hosts(value)),
              options -> json(options.getHosts()));

  private AdapterOptionsJson() {}

  public static JsonKeys<AdapterOptions> keys() {
    return KEYS;
  }

  /** {@code {"db.example": "10.7.0.5", "www.example": ["10.7.0.6", "fd00::6"]}}. */
  private static Map<String, List<String>> hosts(Object value) {
    Map<String, List<String>> hosts = new LinkedHashMap<>();
    JsonValues.object("hosts", value)
        .forEach(
            entry -> {
              String path = "hosts." + entry.getKey();
              Object addresses = entry.getValue();
              hosts.put(
                  entry.getKey(),
                  addresses instanceof JsonArray
                      ? JsonValues.strings(path, addresses)
                      : List.of(JsonValues.string(path, addresses)));
            });
    return hosts;
  }

  private static JsonObject json(Map<String, List<String>> hosts) {
    JsonObject json = new JsonObject();
    hosts.forEach((name, all) -> json.put(name, new JsonArray(all)));
    return json;
  }

  /** For a setter: the value, which must not be null. */
  public static <V> V given(String key, V value) {
    if (value == null) {
      throw new WrongOption(key, "is missing");
    }
    return value;
  }

  /** For the setter: the name, which must be known, or empty. */
  public static String checkedCongestion(String name) {
    given("congestion", name);
    return JsonKeys.within("congestion", () -> congestion(name));
  }

  private static String congestion(String name) {
    if (!name.isEmpty()) {
      CongestionControl.named(name);
    }
    return name;
  }
}
