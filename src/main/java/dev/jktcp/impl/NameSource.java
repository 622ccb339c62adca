package dev.jktcp.impl;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** A client of the DNS servers that are reached through an adapter. Adapter context only. */
public interface NameSource {
  /** Makes an adapter's client when its first name is looked up. */
  interface Factory {
    NameSource make(AdapterInternal adapter, List<InetSocketAddress> servers);
  }

  /**
   * @param name normalized, and no address
   * @return fails with one line
   */
  Future<List<InetAddress>> ask(String name);

  /** The addresses of the other family, which {@link #ask} does not wait for. */
  Future<List<InetAddress>> askOthers(String name);

  void close();
}
