package dev.jktcp.impl.proxy;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.impl.HostName;
import dev.jktcp.text.Fields;
import io.vertx.core.net.SocketAddress;
import java.util.List;

/** The target of a client: an IP address or a name, and a port. */
record Target(String host, int port) {
  private static final int MAX_SHOWN = 80;

  /**
   * @throws IllegalArgumentException with one line that says what to do
   */
  static Target of(String host, int port) {
    if (port < 1) {
      throw new IllegalArgumentException("port " + port + " is not from 1 to 65535");
    }
    if (!HostName.isAddress(host) && !HostName.is(host)) {
      throw new UnresolvedName(shown(host));
    }
    return new Target(host, port);
  }

  /**
   * Parses an HTTP authority, {@code 10.0.0.1:80} or {@code [fd00::1]:80}.
   *
   * @param defaultPort 0 if the text must have a port
   */
  static Target ofAuthority(String text, int defaultPort) {
    List<String> fields = Fields.split(shown(text));
    if (fields.size() > 2 || fields.size() == 1 && defaultPort == 0) {
      throw Fields.wrongForm(shown(text), fields, "ADDR:PORT");
    }
    int port = fields.size() == 1 ? defaultPort : Fields.port(shown(text), fields.get(1), 1);
    String host = fields.get(0);
    boolean bracketed = host.startsWith("[");
    return of(bracketed ? host.substring(1, host.length() - 1) : host, port);
  }

  boolean isName() {
    return HostName.is(host);
  }

  /** The client's text, made fit for one line. */
  private static String shown(String text) {
    return Fields.shown(text, MAX_SHOWN);
  }

  SocketAddress address() {
    return SocketAddress.inetSocketAddress(port, host);
  }

  TcpConnectOptions options() {
    return new TcpConnectOptions().setHost(host).setPort(port);
  }

  @Override
  public String toString() {
    return Fields.join(host, port);
  }
}
