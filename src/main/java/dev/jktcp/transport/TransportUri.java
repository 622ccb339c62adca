package dev.jktcp.transport;

import dev.jktcp.text.Fields;
import dev.jktcp.text.Nearest;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A transport in text, such as {@code unix:/tmp/tunnel}; {@link UriTransport} makes it.
 *
 * @param path of a Unix socket, or the name of a TUN device; null for TCP
 * @param host null unless TCP
 * @param port 0 unless TCP
 * @param reconnect how it comes back after a loss, if it begins with {@code reconnect+}; null: it
 *     ends
 */
public record TransportUri(
    Kind kind, String path, String host, int port, ReconnectOptions reconnect) {
  /** The prefix of a transport that comes back. */
  private static final String RECONNECT = "reconnect+";

  /** sockaddr_un's sun_path has 108 bytes, one of them the final zero. */
  private static final int MAX_UNIX_PATH = 107;

  /** IFNAMSIZ is 16, one of them the final zero. */
  private static final int MAX_TUN_NAME = 15;

  /** The scheme. */
  public enum Kind {
    /** Connects to a Unix socket, packets back to back. */
    UNIX("unix", "PATH"),
    /** Listens on a Unix socket for one connection. */
    UNIX_LISTEN("unix-listen", "PATH"),
    /** Connects by TCP. */
    TCP("tcp", "HOST:PORT"),
    /** Listens on TCP for one connection. */
    TCP_LISTEN("tcp-listen", "HOST:PORT"),
    /** A Linux TUN device. */
    TUN("tun", "NAME"),
    /** Connects to a device's Unix socket, as the host of a CDTunnel. */
    CDTUNNEL_UNIX("cdtunnel+unix", "PATH"),
    /** Connects to a device by TCP, as the host of a CDTunnel. */
    CDTUNNEL_TCP("cdtunnel", "HOST:PORT"),
    /** Listens on a Unix socket as the device of a CDTunnel, for one host. */
    CDTUNNEL_LISTEN_UNIX("cdtunnel-listen+unix", "PATH");

    private final String scheme;
    private final String rest;

    Kind(String scheme, String rest) {
      this.scheme = scheme;
      this.rest = rest;
    }

    /** Whether this side listens for the other. */
    public boolean listens() {
      return this == UNIX_LISTEN || this == TCP_LISTEN || this == CDTUNNEL_LISTEN_UNIX;
    }

    /** Whether this is the host of a CDTunnel, which gets addresses and MTU by a handshake. */
    public boolean isTunnelHost() {
      return this == CDTUNNEL_UNIX || this == CDTUNNEL_TCP;
    }

    /** Whether this is the device of a CDTunnel, which gives its host addresses and MTU. */
    public boolean isTunnelDevice() {
      return this == CDTUNNEL_LISTEN_UNIX;
    }

    private static List<String> schemes() {
      return Arrays.stream(values()).map(kind -> kind.scheme).toList();
    }

    private static Kind of(String text, String scheme) {
      for (Kind kind : values()) {
        if (kind.scheme.equals(scheme)) {
          return kind;
        }
      }
      String nearest = Nearest.to(scheme, schemes());
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a transport; "
              + (nearest == null
                  ? Nearest.list(forms())
                  : "did you mean " + of(text, nearest).form() + "?"));
    }

    private static List<String> forms() {
      return Arrays.stream(values()).map(Kind::form).toList();
    }

    private String form() {
      return scheme + ":" + rest;
    }
  }

  /** A transport that ends when it is lost. */
  public TransportUri(Kind kind, String path, String host, int port) {
    this(kind, path, host, port, null);
  }

  /**
   * Reads a URI: {@code unix:/run/t}, or {@code reconnect+unix:/run/t?gap=60s} with {@link
   * ReconnectOptions} in its query.
   *
   * @throws IllegalArgumentException for an unknown transport, with one line that names the nearest
   *     one
   */
  public static TransportUri parse(String text) {
    return text.startsWith(RECONNECT) ? reconnecting(text) : plain(text);
  }

  private static TransportUri reconnecting(String text) {
    String beneath = text.substring(RECONNECT.length());
    if (beneath.startsWith(RECONNECT)) {
      throw new IllegalArgumentException("'" + text + "': one " + RECONNECT + " is enough");
    }
    int query = beneath.lastIndexOf('?');
    try {
      return query < 0
          ? plain(beneath).reconnecting(new ReconnectOptions())
          : plain(beneath.substring(0, query))
              .reconnecting(ReconnectOptions.parse(beneath.substring(query + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "': " + e.getMessage(), e);
    }
  }

  private static TransportUri plain(String text) {
    int colon = text.indexOf(':');
    Kind kind = Kind.of(text, colon < 0 ? text : text.substring(0, colon));
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    if (rest.isEmpty()) {
      throw new IllegalArgumentException("'" + text + "' is not " + kind.form());
    }
    return switch (kind) {
      case TCP, TCP_LISTEN, CDTUNNEL_TCP -> tcp(kind, text, rest);
      case TUN -> new TransportUri(kind, tunName(text, rest), null, 0);
      default -> new TransportUri(kind, unixPath(text, rest), null, 0);
    };
  }

  private static TransportUri tcp(Kind kind, String text, String rest) {
    List<String> fields = Fields.split(rest);
    if (fields.size() != 2) {
      throw Fields.wrongForm(text, fields, kind.form());
    }
    int minPort = kind == Kind.TCP_LISTEN ? 0 : 1;
    return new TransportUri(
        kind, null, Fields.host(text, fields.get(0)), Fields.port(text, fields.get(1), minPort));
  }

  private static String unixPath(String text, String path) {
    if (path.getBytes(StandardCharsets.UTF_8).length > MAX_UNIX_PATH) {
      throw new IllegalArgumentException(
          "'" + text + "': a Unix socket's path has at most 107 bytes: choose a shorter one");
    }
    return path;
  }

  private static String tunName(String text, String name) {
    boolean odd = name.chars().anyMatch(c -> c <= ' ' || c > '~' || c == '/' || c == ':');
    if (odd || name.length() > MAX_TUN_NAME || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "'" + text + "': a device's name has at most 15 letters, no space, / or :");
    }
    return name;
  }

  /** This transport on another port, once one was picked. */
  public TransportUri withPort(int actual) {
    return new TransportUri(kind, path, host, actual, reconnect);
  }

  /**
   * This transport with these options of coming back after a loss.
   *
   * @param options null: it ends
   */
  public TransportUri reconnecting(ReconnectOptions options) {
    ReconnectOptions own = options == null ? null : new ReconnectOptions(options).checked();
    return new TransportUri(kind, path, host, port, own);
  }

  /** The address to connect to or to listen at; null for a TUN device. */
  SocketAddress socketAddress() {
    if (kind == Kind.TUN) {
      return null;
    }
    return path != null
        ? SocketAddress.domainSocketAddress(path)
        : SocketAddress.inetSocketAddress(port, host);
  }

  @Override
  public String toString() {
    return reconnect == null ? name() : name() + reconnect.query();
  }

  /** For messages: the URI without its options. */
  String name() {
    String plain = kind.scheme + ":" + (path != null ? path : Fields.join(host, port));
    return reconnect == null ? plain : RECONNECT + plain;
  }
}
