package dev.jktcp;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.Addresses;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import java.util.Objects;

/**
 * The only connection of an adapter, opened with one call and driven on the adapter's own context,
 * without event bus or deployment.
 *
 * <p>While it lives, the adapter takes no other connection and no listener. It cannot be opened
 * while the adapter has either. Once it has ended, the adapter may be used again.
 */
@VertxGen
public interface AdapterStream extends TcpStream {
  /** Connects to the adapter's only peer address. */
  static Future<AdapterStream> connect(Adapter adapter, int port) {
    return Addresses.connect(null, port, options -> connect(adapter, options));
  }

  /** Connects to an IP address in text, or to a name: {@link TcpConnectOptions#setHost}. */
  static Future<AdapterStream> connect(Adapter adapter, String host, int port) {
    Objects.requireNonNull(host, "host");
    return Addresses.connect(host, port, options -> connect(adapter, options));
  }

  /**
   * Connects; fails as {@link Adapter#connect(TcpConnectOptions)} does, and with an {@link
   * IllegalStateException} if the adapter is in use.
   */
  static Future<AdapterStream> connect(Adapter adapter, TcpConnectOptions options) {
    return ((AdapterInternal) adapter).connectExclusive(options);
  }

  /** Waits for one connection to the port on any local address. */
  static Future<AdapterStream> listen(Adapter adapter, int port) {
    return Addresses.listen(port, options -> listen(adapter, options));
  }

  /**
   * Listens until one connection has come.
   *
   * @param options with a port, for the peer could not know an ephemeral one
   * @return completes with the first connection; closing the adapter ends the wait
   */
  static Future<AdapterStream> listen(Adapter adapter, TcpListenOptions options) {
    return ((AdapterInternal) adapter).listenExclusive(options);
  }
}
