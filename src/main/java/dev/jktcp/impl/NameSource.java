package dev.jktcp.impl;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Asks the DNS servers that are reached through an adapter. Adapter context only. */
public interface NameSource {
  /** Makes the one of an adapter when its first name is asked for. */
  interface Factory {
    NameSource make(AdapterInternal adapter, List<InetSocketAddress> servers);
  }

  /**
   * @param name normalized, and no address
   * @return fails with one line
   */
  Future<List<InetAddress>> ask(String name);

  /** Those of the family that is not preferred, which {@link #ask} does not wait for. */
  Future<List<InetAddress>> askOthers(String name);

  void close();
}
