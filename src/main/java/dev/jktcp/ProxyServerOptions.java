package dev.jktcp;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.options.WrongOption;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Where a {@link ProxyServer} listens, and its limits. Not thread-safe; read once. */
@DataObject
public final class ProxyServerOptions {
  public static final String DEFAULT_HOST = "127.0.0.1";

  /** IANA's port of SOCKS. */
  public static final int DEFAULT_PORT = 1080;

  /** A client sends its request at once. On a bad path that takes a few retransmissions of TCP. */
  public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /** 128 silent clients cost about 2 MB, and a new one takes the place of the oldest. */
  public static final int DEFAULT_MAX_HANDSHAKES = 128;

  /** Two buffers of 256 KiB each: half a GB in the worst case, within the adapter's own limit. */
  public static final int DEFAULT_MAX_CONNECTIONS = 1024;

  /** 400 KB in each direction at an Ethernet's MTU. */
  public static final int DEFAULT_MAX_WAITING_DATAGRAMS = 256;

  /** As much as a UDP port of an adapter holds in each direction. */
  public static final long DEFAULT_MAX_WAITING_DATAGRAM_BYTES = 256 * 1024;

  /**
   * The share of 64 clients in one direction. Each of 1024 clients still has eleven datagrams of an
   * Ethernet's MTU.
   */
  public static final long DEFAULT_MAX_DATAGRAM_BYTES_IN_ALL = 16 * 1024 * 1024;

  /** RFC 1929 §2: the length is one byte. */
  private static final int MAX_WORD = 255;

  private static final JsonKeys<ProxyServerOptions> JSON =
      new JsonKeys<ProxyServerOptions>()
          .text("host", ProxyServerOptions::setHost, ProxyServerOptions::getHost)
          .integer("port", ProxyServerOptions::setPort, ProxyServerOptions::getPort)
          .text("user", (options, user) -> options.user = user, ProxyServerOptions::getUser)
          .text(
              "password",
              (options, password) -> options.password = password,
              ProxyServerOptions::getPassword)
          .time(
              "handshakeTimeoutMs",
              ProxyServerOptions::setHandshakeTimeout,
              ProxyServerOptions::getHandshakeTimeout)
          .integer(
              "maxHandshakes",
              ProxyServerOptions::setMaxHandshakes,
              ProxyServerOptions::getMaxHandshakes)
          .integer(
              "maxConnections",
              ProxyServerOptions::setMaxConnections,
              ProxyServerOptions::getMaxConnections)
          .integer(
              "maxWaitingDatagrams",
              ProxyServerOptions::setMaxWaitingDatagrams,
              ProxyServerOptions::getMaxWaitingDatagrams)
          .number(
              "maxWaitingDatagramBytes",
              ProxyServerOptions::setMaxWaitingDatagramBytes,
              ProxyServerOptions::getMaxWaitingDatagramBytes)
          .number(
              "maxDatagramBytesInAll",
              ProxyServerOptions::setMaxDatagramBytesInAll,
              ProxyServerOptions::getMaxDatagramBytesInAll);

  private String host = DEFAULT_HOST;
  private int port = DEFAULT_PORT;
  private String user;
  private String password;
  private Duration handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT;
  private int maxHandshakes = DEFAULT_MAX_HANDSHAKES;
  private int maxConnections = DEFAULT_MAX_CONNECTIONS;
  private int maxWaitingDatagrams = DEFAULT_MAX_WAITING_DATAGRAMS;
  private long maxWaitingDatagramBytes = DEFAULT_MAX_WAITING_DATAGRAM_BYTES;
  private long maxDatagramBytesInAll = DEFAULT_MAX_DATAGRAM_BYTES_IN_ALL;

  public ProxyServerOptions() {}

  public ProxyServerOptions(ProxyServerOptions other) {
    host = other.host;
    port = other.port;
    user = other.user;
    password = other.password;
    handshakeTimeout = other.handshakeTimeout;
    maxHandshakes = other.maxHandshakes;
    maxConnections = other.maxConnections;
    maxWaitingDatagrams = other.maxWaitingDatagrams;
    maxWaitingDatagramBytes = other.maxWaitingDatagramBytes;
    maxDatagramBytesInAll = other.maxDatagramBytesInAll;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults. A user and a password go
   * together.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public ProxyServerOptions(JsonObject json) {
    JSON.read(json, this);
    if (user != null || password != null) {
      setCredentials(user, password);
    }
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  public String getHost() {
    return host;
  }

  /** An address of the kernel; 127.0.0.1 unless set. */
  public ProxyServerOptions setHost(String host) {
    this.host = host;
    return this;
  }

  public int getPort() {
    return port;
  }

  /** 1080 unless set; 0 picks a free one. */
  public ProxyServerOptions setPort(int port) {
    this.port = Limits.range("port", port, 0, Limits.MAX_PORT);
    return this;
  }

  /**
   * The user that each client must name, 1 to 255 bytes without a colon. Without a user, every
   * client is served.
   */
  public String getUser() {
    return user;
  }

  /** The password of that user, 1 to 255 bytes. */
  public String getPassword() {
    return password;
  }

  /**
   * The user and password that every client must give: RFC 1929 for SOCKS5, the Basic scheme of RFC
   * 7617 for HTTP. Both travel in the clear. Without them (the default) every client that reaches
   * the port is served.
   *
   * @param user 1 to 255 bytes in UTF-8, without a colon (RFC 7617 §2)
   * @param password 1 to 255 bytes in UTF-8
   */
  public ProxyServerOptions setCredentials(String user, String password) {
    word("user", user);
    if (user.indexOf(':') >= 0) {
      throw new WrongOption("user", "has a colon");
    }
    word("password", password);
    this.user = user;
    this.password = password;
    return this;
  }

  public Duration getHandshakeTimeout() {
    return handshakeTimeout;
  }

  /** The time a client may take from its connect to the end of its request; 10 s unless set. */
  public ProxyServerOptions setHandshakeTimeout(Duration handshakeTimeout) {
    this.handshakeTimeout = Limits.time("handshakeTimeoutMs", handshakeTimeout);
    return this;
  }

  public int getMaxHandshakes() {
    return maxHandshakes;
  }

  /** Clients whose request is not whole; a further one takes the place of the oldest of them. */
  public ProxyServerOptions setMaxHandshakes(int maxHandshakes) {
    this.maxHandshakes = Limits.range("maxHandshakes", maxHandshakes, 1, Integer.MAX_VALUE);
    return this;
  }

  public int getMaxConnections() {
    return maxConnections;
  }

  /** Clients in all, those in the handshake included; a further one is reset. */
  public ProxyServerOptions setMaxConnections(int maxConnections) {
    this.maxConnections = Limits.range("maxConnections", maxConnections, 1, Integer.MAX_VALUE);
    return this;
  }

  public int getMaxWaitingDatagrams() {
    return maxWaitingDatagrams;
  }

  /**
   * Datagrams of one client that wait in one direction; 256 unless set. Further ones are dropped.
   */
  public ProxyServerOptions setMaxWaitingDatagrams(int maxWaitingDatagrams) {
    this.maxWaitingDatagrams =
        Limits.range("maxWaitingDatagrams", maxWaitingDatagrams, 1, Integer.MAX_VALUE);
    return this;
  }

  public long getMaxWaitingDatagramBytes() {
    return maxWaitingDatagramBytes;
  }

  /**
   * Bytes of one client's datagrams that wait in one direction; 262,144 unless set. Further ones
   * are dropped, but a larger one may wait alone.
   */
  public ProxyServerOptions setMaxWaitingDatagramBytes(long maxWaitingDatagramBytes) {
    this.maxWaitingDatagramBytes =
        Limits.range("maxWaitingDatagramBytes", maxWaitingDatagramBytes, 1, Long.MAX_VALUE);
    return this;
  }

  public long getMaxDatagramBytesInAll() {
    return maxDatagramBytesInAll;
  }

  /**
   * Bytes of all clients' datagrams that wait, in both directions; 16,777,216 unless set. Further
   * ones are dropped.
   */
  public ProxyServerOptions setMaxDatagramBytesInAll(long maxDatagramBytesInAll) {
    this.maxDatagramBytesInAll =
        Limits.range("maxDatagramBytesInAll", maxDatagramBytesInAll, 1, Long.MAX_VALUE);
    return this;
  }

  private static void word(String name, String text) {
    int bytes = text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes >= 1 && bytes <= MAX_WORD) {
      return;
    }
    throw new WrongOption(name, text == null ? "is missing" : "is not 1 to 255 bytes long");
  }
}
