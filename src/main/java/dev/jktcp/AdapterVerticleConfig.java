package dev.jktcp;

import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.AdapterOptionsJson;
import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.JsonValues;
import dev.jktcp.options.Limits;
import dev.jktcp.options.WrongOption;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.CdTunnelDeviceOptions;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.ReconnectOptions;
import dev.jktcp.transport.TransportUri;
import dev.jktcp.transport.UriTransport;
import dev.jktcp.transport.UriTransportOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The configuration of an {@link AdapterVerticle}, read and checked as a whole. */
final class AdapterVerticleConfig {
  private static final String DEFAULT_NAME = "jktcp";

  /** If a handshake brings the address, this one stands in for it while the rest is checked. */
  private static final String ANY_V6 = "fd66::2";

  private static final Map<String, BiConsumer<AdapterVerticleConfig, Object>> KEYS =
      new LinkedHashMap<>();

  static {
    KEYS.put("name", (config, value) -> config.name = text("name", value));
    KEYS.put("transport", (config, value) -> config.transport = uri(text("transport", value)));
    KEYS.put("reconnect", (config, value) -> config.reconnect = reconnect(value));
    KEYS.put("toAdapter", (config, value) -> config.toAdapter = text("toAdapter", value));
    KEYS.put("fromAdapter", (config, value) -> config.fromAdapter = text("fromAdapter", value));
    KEYS.put(
        "plainBuffers",
        (config, value) -> config.plainBuffers = JsonValues.truth("plainBuffers", value));
    KEYS.put("local", (config, value) -> config.local = JsonValues.truth("local", value));
    KEYS.put("rsdPort", (config, value) -> config.rsdPort = port("rsdPort", value));
    KEYS.put("routes", (config, value) -> config.routes = routes(value));
    KEYS.put("names", (config, value) -> config.names = names(value));
    KEYS.put("pcap", (config, value) -> config.pcap = text("pcap", value));
    KEYS.put("control", (config, value) -> config.control = control(text("control", value)));
    KEYS.put("fault", (config, value) -> config.fault = fault(text("fault", value)));
  }

  /**
   * A prefix whose addresses are reached through the adapter.
   *
   * @param listen whether servers on the wildcard address are the adapter's
   */
  record RouteConfig(String prefix, boolean listen) {}

  /** A route in JSON. */
  private static final class RouteKeys {
    private static final JsonKeys<RouteKeys> KEYS =
        new JsonKeys<RouteKeys>()
            .text("prefix", (route, prefix) -> route.prefix = notEmpty("prefix", prefix), r -> null)
            .truth("listen", (route, listen) -> route.listen = listen, r -> null);

    private String prefix;
    private boolean listen;

    private RouteKeys read(JsonObject json) {
      KEYS.read(json, this);
      if (prefix == null) {
        throw new WrongOption("prefix", "is missing");
      }
      return this;
    }
  }

  private final AdapterOptions adapter = new AdapterOptions();
  private final UriTransportOptions uriOptions = new UriTransportOptions();

  /** The name by which handles find the adapter; unique within a Vert.x instance. */
  private String name = DEFAULT_NAME;

  /** URI of the transport. Give either this key, or {@code toAdapter} and {@code fromAdapter}. */
  private TransportUri transport;

  /**
   * Makes the transport reconnect, as {@code reconnect+} in its URI does: an object of {@code
   * firstMs}, {@code largestMs}, {@code jitter}, {@code attempts}, {@code gapMs} and {@code
   * mustListen}, such as {@code {"gapMs": 60000}}; {@code {}} for the defaults.
   */
  private ReconnectOptions reconnect; // null unless given

  /** Event-bus address at which the adapter takes packets from your own bridge. */
  private String toAdapter;

  /** Event-bus address to which the adapter sends its packets. */
  private String fromAdapter;

  /**
   * If {@code true}, your bridge gets Buffers, which any code can read; if {@code false}, {@code
   * PacketBatch} objects, which are not copied.
   */
  private Boolean plainBuffers; // null unless given

  /**
   * If {@code true}, handles and your bridge are in this process; if {@code false}, they may be on
   * any node.
   */
  private boolean local = true;

  /** For the device of a CDTunnel only: the port announced to the host. */
  private int rsdPort; // 0 unless given

  /**
   * Prefixes whose addresses Vert.x's own clients and servers reach through the adapter, if the
   * Vert.x instance has a {@code JktcpTransport}: {@code ["10.7.0.0/16", {"prefix": "fd00::/8",
   * "listen": true}]}. With {@code listen} a server on the wildcard address is the adapter's.
   * Routes outlive the verticle: connecting to their addresses then fails.
   */
  private List<RouteConfig> routes = List.of();

  /**
   * Suffixes of names that Vert.x's own clients look up in the tunnel only, by {@code hosts} and
   * {@code dnsServers}, if the Vert.x instance has a {@code JktcpTransport}: {@code
   * ["corp.example"]}. Suffixes outlive the verticle: the names then have no address.
   */
  private List<String> names = List.of();

  /** File to write every packet to. */
  private String pcap;

  /**
   * {@code unix:PATH}: a socket of mode 0600 through which {@code jktcp stats} and {@code jktcp
   * top} see the adapter.
   */
  private Path control; // null unless given

  /** Fault injection, such as {@code "loss=0.01,delay=20ms,seed=7"}. */
  private FaultSpec fault;

  /**
   * @throws IllegalArgumentException with one line that names the key
   */
  AdapterVerticleConfig(JsonObject json) {
    for (Map.Entry<String, Object> entry : json) {
      String key = entry.getKey();
      if (KEYS.containsKey(key)) {
        KEYS.get(key).accept(this, entry.getValue());
      } else if (!AdapterOptionsJson.keys().read(key, entry.getValue(), adapter)) {
        throw JsonKeys.unknown(key, keys());
      }
    }
    comeBack();
    if (transport == null) {
      checkBusAddresses();
    } else {
      checkUri();
    }
    checkAdapter();
  }

  static List<String> keys() {
    List<String> all = new ArrayList<>(KEYS.keySet());
    all.addAll(AdapterOptionsJson.keys().names());
    return all;
  }

  String name() {
    return name;
  }

  /** Null for the user's own bridge. */
  TransportUri transport() {
    return transport;
  }

  UriTransportOptions uriOptions() {
    return uriOptions;
  }

  /** The options of the user's own bridge. */
  BusOptions busOptions() {
    return new BusOptions()
        .setToAdapter(toAdapter)
        .setFromAdapter(fromAdapter)
        .setPlainBuffers(plainBuffers == null || plainBuffers)
        .setLocal(local);
  }

  boolean isLocal() {
    return local;
  }

  List<RouteConfig> routes() {
    return routes;
  }

  /** Suffixes of names that are looked up in the tunnel only. */
  List<String> names() {
    return names;
  }

  /** The path of the control socket; null for none. */
  Path control() {
    return control;
  }

  private static Path control(String uri) {
    String scheme = "unix:";
    if (!uri.startsWith(scheme) || uri.length() == scheme.length()) {
      throw new WrongOption("control", "'" + JsonValues.shown(uri) + "' is not unix:PATH");
    }
    return Path.of(uri.substring(scheme.length()));
  }

  /** Null for none. */
  String pcap() {
    return pcap;
  }

  /** Null for none. */
  FaultSpec fault() {
    return fault;
  }

  /** The options of an adapter on the user's own bridge. */
  AdapterOptions adapterOptions() {
    return adapter;
  }

  /** The options of an adapter on the URI's transport. */
  AdapterOptions adapterOptions(UriTransport made) {
    if (!isTunnel()) {
      return adapter;
    }
    return new AdapterOptions(adapter)
        .setMtu(0) // As agreed upon in the handshake.
        .setLocalAddresses(made.localAddresses())
        .setPeerAddresses(made.peerAddresses());
  }

  private boolean isTunnel() {
    return transport != null
        && (transport.kind().isTunnelHost() || transport.kind().isTunnelDevice());
  }

  private void comeBack() {
    if (reconnect == null) {
      return;
    }
    if (transport == null) {
      throw new IllegalArgumentException("reconnect: goes with transport, which is missing");
    }
    boolean both =
        transport.reconnect() != null && !transport.reconnect().equals(new ReconnectOptions());
    if (both) {
      throw new IllegalArgumentException(
          "transport, reconnect: give the options of reconnect+ in one place");
    }
    transport = transport.reconnecting(reconnect);
  }

  private void checkBusAddresses() {
    if (toAdapter == null && fromAdapter == null) {
      throw new IllegalArgumentException(
          "transport: is missing, and so are toAdapter and fromAdapter, the addresses of a bridge");
    }
    if (toAdapter == null) {
      throw missing("toAdapter", "fromAdapter");
    }
    if (fromAdapter == null) {
      throw missing("fromAdapter", "toAdapter");
    }
    if (toAdapter.equals(fromAdapter)) {
      throw new IllegalArgumentException(
          "toAdapter, fromAdapter: one address cannot be both: " + toAdapter);
    }
    if (rsdPort != 0) {
      throw notOfADevice();
    }
  }

  private void checkUri() {
    if (toAdapter != null) {
      throw both("toAdapter");
    }
    if (fromAdapter != null) {
      throw both("fromAdapter");
    }
    if (plainBuffers != null) {
      throw new IllegalArgumentException(
          "plainBuffers: goes with toAdapter and fromAdapter, not with transport");
    }
    if (transport.kind().isTunnelHost()) {
      if (!adapter.getLocalAddresses().isEmpty()) {
        throw brought("localAddresses");
      }
      if (!adapter.getPeerAddresses().isEmpty()) {
        throw brought("peerAddresses");
      }
    }
    if (transport.kind().isTunnelDevice()) {
      CdTunnelDeviceOptions device = uriOptions.getDevice();
      deviceAddress("localAddresses", adapter.getLocalAddresses(), device::setServerAddress);
      deviceAddress("peerAddresses", adapter.getPeerAddresses(), device::setClientAddress);
      if (rsdPort != 0) {
        device.setRsdPort(rsdPort);
      }
    } else if (rsdPort != 0) {
      throw notOfADevice();
    }
  }

  private void checkAdapter() {
    AdapterOptions checked = new AdapterOptions(adapter);
    if (isTunnel()) {
      boolean device = transport.kind().isTunnelDevice();
      String own = device ? uriOptions.getDevice().getServerAddress() : ANY_V6;
      checked.setLocalAddresses(List.of(own));
    }
    AdapterImpl.check(checked);
    if (isTunnel()) {
      uriOptions.setMtu(adapter.getMtu()).setPathMtuProbing(adapter.isPathMtuProbing());
    }
  }

  private static void deviceAddress(String key, List<String> given, Consumer<String> set) {
    if (given.size() > 1) {
      throw new IllegalArgumentException(key + ": a CDTunnel has one address for each side");
    }
    try {
      given.forEach(set);
    } catch (WrongOption e) {
      throw new WrongOption(key, e.problem(), e);
    }
  }

  private static IllegalArgumentException missing(String key, String there) {
    return new IllegalArgumentException(key + ": is missing; " + there + " does not go alone");
  }

  private static IllegalArgumentException both(String key) {
    return new IllegalArgumentException("transport, " + key + ": choose one");
  }

  private static IllegalArgumentException brought(String key) {
    return new IllegalArgumentException(key + ": a CDTunnel brings its own addresses");
  }

  private static IllegalArgumentException notOfADevice() {
    return new IllegalArgumentException(
        "rsdPort: is what a CDTunnel's device announces; transport is no cdtunnel-listen+unix");
  }

  private static TransportUri uri(String text) {
    return JsonKeys.within("transport", () -> TransportUri.parse(text));
  }

  private static ReconnectOptions reconnect(Object value) {
    JsonObject json = JsonValues.object("reconnect", value);
    return JsonKeys.within("reconnect", () -> new ReconnectOptions(json));
  }

  private static FaultSpec fault(String text) {
    try {
      return FaultSpec.parse(text);
    } catch (IllegalArgumentException e) {
      throw new WrongOption("fault", e.getMessage().replaceFirst("^fault ", ""), e);
    }
  }

  private static List<RouteConfig> routes(Object value) {
    List<RouteConfig> routes = new ArrayList<>();
    for (Object route : JsonValues.array("routes", value)) {
      routes.add(route("routes[" + routes.size() + "]", route));
    }
    return routes;
  }

  private static RouteConfig route(String path, Object value) {
    if (value instanceof String prefix) {
      return new RouteConfig(notEmpty(path, prefix), false);
    }
    if (!(value instanceof JsonObject object)) {
      throw JsonValues.wrong(path, "a prefix such as \"10.7.0.0/16\", or an object", value);
    }
    RouteKeys keys = new RouteKeys();
    JsonKeys.within(path, () -> keys.read(object));
    return new RouteConfig(keys.prefix, keys.listen);
  }

  private static List<String> names(Object value) {
    List<String> names = JsonValues.strings("names", value);
    for (int i = 0; i < names.size(); i++) {
      notEmpty("names[" + i + "]", names.get(i));
    }
    return names;
  }

  private static int port(String key, Object value) {
    return (int) Limits.range(key, JsonValues.wholeNumber(key, value), 1, Limits.MAX_PORT);
  }

  private static String text(String key, Object value) {
    return notEmpty(key, JsonValues.string(key, value));
  }

  private static String notEmpty(String key, String text) {
    if (text.isBlank()) {
      throw new WrongOption(key, "is empty");
    }
    return text;
  }
}
