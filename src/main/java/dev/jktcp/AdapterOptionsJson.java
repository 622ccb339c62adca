package dev.jktcp;

import dev.jktcp.impl.JsonValues;
import dev.jktcp.impl.TuningJson;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.text.Nearest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The keys of {@link AdapterOptions} in JSON, one row each. */
final class AdapterOptionsJson {
  private record Key(
      BiConsumer<AdapterOptions, Object> read, Function<AdapterOptions, Object> write) {}

  private static final Map<String, Key> KEYS = new LinkedHashMap<>();

  static {
    strings("localAddresses", AdapterOptions::setLocalAddresses, AdapterOptions::getLocalAddresses);
    strings("peerAddresses", AdapterOptions::setPeerAddresses, AdapterOptions::getPeerAddresses);
    integer("mtu", AdapterOptions::setMtu, AdapterOptions::getMtu);
    KEYS.put(
        "profile",
        new Key(
            (options, value) -> options.setProfile(profile(JsonValues.string("profile", value))),
            options -> options.getProfile().name()));
    KEYS.put(
        "congestion",
        new Key(
            (options, value) ->
                options.setCongestion(congestion(JsonValues.string("congestion", value))),
            AdapterOptions::getCongestion));
    KEYS.put(
        "tuning",
        new Key(
            (options, value) -> options.setTuning(TuningJson.read(value)),
            options -> TuningJson.write(options.getTuning())));
    integer("sendBuffer", AdapterOptions::setSendBuffer, AdapterOptions::getSendBuffer);
    integer("receiveBuffer", AdapterOptions::setReceiveBuffer, AdapterOptions::getReceiveBuffer);
    integer("maxSendBuffer", AdapterOptions::setMaxSendBuffer, AdapterOptions::getMaxSendBuffer);
    integer(
        "maxReceiveBuffer",
        AdapterOptions::setMaxReceiveBuffer,
        AdapterOptions::getMaxReceiveBuffer);
    integer("firstLocalPort", AdapterOptions::setFirstLocalPort, AdapterOptions::getFirstLocalPort);
    integer("lastLocalPort", AdapterOptions::setLastLocalPort, AdapterOptions::getLastLocalPort);
    integer("maxConnections", AdapterOptions::setMaxConnections, AdapterOptions::getMaxConnections);
    integer("maxTimeWait", AdapterOptions::setMaxTimeWait, AdapterOptions::getMaxTimeWait);
    truth("pathMtuProbing", AdapterOptions::setPathMtuProbing, AdapterOptions::isPathMtuProbing);
    integer("maxPaths", AdapterOptions::setMaxPaths, AdapterOptions::getMaxPaths);
    number("pathMtuMs", AdapterOptions::setPathMtuMs, AdapterOptions::getPathMtuMs);
    integer("backlog", AdapterOptions::setBacklog, AdapterOptions::getBacklog);
    integer("maxHalfOpen", AdapterOptions::setMaxHalfOpen, AdapterOptions::getMaxHalfOpen);
    number("timeWaitMs", AdapterOptions::setTimeWaitMs, AdapterOptions::getTimeWaitMs);
    number("finWait2Ms", AdapterOptions::setFinWait2Ms, AdapterOptions::getFinWait2Ms);
    integer(
        "maxPendingWrites",
        AdapterOptions::setMaxPendingWrites,
        AdapterOptions::getMaxPendingWrites);
    number("maxBytesHeld", AdapterOptions::setMaxBytesHeld, AdapterOptions::getMaxBytesHeld);
    number(
        "orphanTimeoutMs", AdapterOptions::setOrphanTimeoutMs, AdapterOptions::getOrphanTimeoutMs);
    number(
        "shutdownTimeoutMs",
        AdapterOptions::setShutdownTimeoutMs,
        AdapterOptions::getShutdownTimeoutMs);
    number("leaseMs", AdapterOptions::setLeaseMs, AdapterOptions::getLeaseMs);
    integer("maxSessions", AdapterOptions::setMaxSessions, AdapterOptions::getMaxSessions);
    integer("maxListed", AdapterOptions::setMaxListed, AdapterOptions::getMaxListed);
    integer("maxUdpPorts", AdapterOptions::setMaxUdpPorts, AdapterOptions::getMaxUdpPorts);
    integer("udpSendBuffer", AdapterOptions::setUdpSendBuffer, AdapterOptions::getUdpSendBuffer);
    integer(
        "udpReceiveBuffer",
        AdapterOptions::setUdpReceiveBuffer,
        AdapterOptions::getUdpReceiveBuffer);
    integer(
        "maxReassemblies", AdapterOptions::setMaxReassemblies, AdapterOptions::getMaxReassemblies);
    integer(
        "maxReassemblyBytes",
        AdapterOptions::setMaxReassemblyBytes,
        AdapterOptions::getMaxReassemblyBytes);
    number(
        "reassemblyTimeoutMs",
        AdapterOptions::setReassemblyTimeoutMs,
        AdapterOptions::getReassemblyTimeoutMs);
    integer("maxPings", AdapterOptions::setMaxPings, AdapterOptions::getMaxPings);
    strings("dnsServers", AdapterOptions::setDnsServers, AdapterOptions::getDnsServers);
    KEYS.put(
        "hosts",
        new Key(
            (options, value) -> options.setHosts(hosts(value)),
            options -> {
              JsonObject json = new JsonObject();
              options.getHosts().forEach((name, all) -> json.put(name, new JsonArray(all)));
              return json;
            }));
  }

  private AdapterOptionsJson() {}

  static void read(JsonObject json, AdapterOptions options) {
    for (Map.Entry<String, Object> entry : json) {
      if (!read(entry.getKey(), entry.getValue(), options)) {
        throw unknown(entry.getKey(), KEYS.keySet());
      }
    }
  }

  /** False if there is no such key. */
  static boolean read(String name, Object value, AdapterOptions options) {
    Key key = KEYS.get(name);
    if (key == null) return false;
    key.read.accept(options, value);
    return true;
  }

  static Set<String> keys() {
    return Collections.unmodifiableSet(KEYS.keySet());
  }

  static IllegalArgumentException unknown(String key, Collection<String> known) {
    return new IllegalArgumentException(
        "unknown option '" + key + "': " + Nearest.hint(key, known));
  }

  static JsonObject write(AdapterOptions options) {
    JsonObject json = new JsonObject();
    KEYS.forEach((name, key) -> json.put(name, key.write.apply(options)));
    return json;
  }

  private static void truth(
      String name, BiConsumer<AdapterOptions, Boolean> set, Function<AdapterOptions, Boolean> get) {
    KEYS.put(
        name,
        new Key(
            (options, value) -> set.accept(options, JsonValues.truth(name, value)), get::apply));
  }

  private static void integer(
      String name, BiConsumer<AdapterOptions, Integer> set, Function<AdapterOptions, Integer> get) {
    KEYS.put(
        name,
        new Key(
            (options, value) -> {
              long wide = JsonValues.wholeNumber(name, value);
              if (wide != (int) wide) throw JsonValues.wrong(name, "a number below 2^31", value);
              set.accept(options, (int) wide);
            },
            get::apply));
  }

  private static void number(
      String name, BiConsumer<AdapterOptions, Long> set, Function<AdapterOptions, Long> get) {
    KEYS.put(
        name,
        new Key(
            (options, value) -> set.accept(options, JsonValues.wholeNumber(name, value)),
            get::apply));
  }

  private static void strings(
      String name,
      BiConsumer<AdapterOptions, List<String>> set,
      Function<AdapterOptions, List<String>> get) {
    KEYS.put(
        name,
        new Key(
            (options, value) -> set.accept(options, strings(name, value)),
            options -> new JsonArray(new ArrayList<>(get.apply(options)))));
  }

  private static List<String> strings(String name, Object value) {
    if (!(value instanceof JsonArray array)) throw JsonValues.wrong(name, "an array", value);
    List<String> texts = new ArrayList<>();
    for (Object element : array) texts.add(JsonValues.string(name, element));
    return texts;
  }

  /** {@code {"db.example": "10.7.0.5", "www.example": ["10.7.0.6", "fd00::6"]}}. */
  private static Map<String, List<String>> hosts(Object value) {
    if (!(value instanceof JsonObject json)) throw JsonValues.wrong("hosts", "an object", value);
    Map<String, List<String>> hosts = new LinkedHashMap<>();
    json.forEach(
        entry -> {
          String key = "hosts, " + entry.getKey();
          Object addresses = entry.getValue();
          hosts.put(
              entry.getKey(),
              addresses instanceof JsonArray
                  ? strings(key, addresses)
                  : List.of(JsonValues.string(key, addresses)));
        });
    return hosts;
  }

  private static String congestion(String name) {
    if (name.isEmpty()) return name;
    try {
      CongestionControl.named(name);
      return name;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("congestion: " + e.getMessage(), e);
    }
  }

  private static TcpProfile profile(String name) {
    try {
      return TcpProfile.named(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("profile: " + e.getMessage(), e);
    }
  }
}
