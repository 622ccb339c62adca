package dev.jktcp.impl;

import dev.jktcp.AdapterOptions;
import dev.jktcp.text.Fields;
import dev.jktcp.wire.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The name options of {@link AdapterOptions}, checked and parsed. */
final class NameSetup {
  private static final int DNS_PORT = 53;

  /** A client waits while the servers are asked in turn; a resolv.conf has three. */
  private static final int MOST_SERVERS = 8;

  private final List<InetSocketAddress> servers = new ArrayList<>();
  private final Map<String, List<InetAddress>> hosts = new LinkedHashMap<>();

  /**
   * @param checkRemote takes an option's name and an address; throws if the address cannot be
   *     reached
   */
  NameSetup(AdapterOptions options, BiConsumer<String, IpAddress> checkRemote) {
    for (String text : options.getDnsServers()) {
      servers.add(server(text, checkRemote));
    }
    if (servers.size() > MOST_SERVERS) {
      throw new IllegalArgumentException(
          "dnsServers: " + servers.size() + " are too many; give " + MOST_SERVERS + " at most");
    }
    options
        .getHosts()
        .forEach(
            (name, addresses) -> hosts.put(name(name), addresses(name, addresses, checkRemote)));
  }

  List<InetSocketAddress> servers() {
    return servers;
  }

  /** The addresses by normalized name. */
  Map<String, List<InetAddress>> hosts() {
    return hosts;
  }

  private static InetSocketAddress server(String text, BiConsumer<String, IpAddress> check) {
    if (HostName.isAddress(text)) {
      return server(IpAddress.parse(text), DNS_PORT, check);
    }
    try {
      List<String> fields = Fields.split(text);
      if (fields.size() > 2) {
        throw Fields.wrongForm(text, fields, "ADDR or ADDR:PORT");
      }
      String address = Fields.bracketedAddress(text, fields.get(0));
      int port = fields.size() == 1 ? DNS_PORT : Fields.port(text, fields.get(1), 1);
      return server(IpAddress.parse(address), port, check);
    } catch (IllegalArgumentException e) {
      throw of("dnsServers", e);
    }
  }

  private static InetSocketAddress server(
      IpAddress address, int port, BiConsumer<String, IpAddress> check) {
    check.accept("dnsServers", address);
    return new InetSocketAddress(inet(address), port);
  }

  private static String name(String text) {
    try {
      return HostName.normalized(text);
    } catch (IllegalArgumentException e) {
      throw of("hosts", e);
    }
  }

  private static List<InetAddress> addresses(
      String name, List<String> texts, BiConsumer<String, IpAddress> check) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("hosts." + name + ": has no address; give one");
    }
    List<InetAddress> addresses = new ArrayList<>();
    for (String text : texts) {
      IpAddress address;
      try {
        address = IpAddress.parse(text);
      } catch (IllegalArgumentException e) {
        throw of("hosts", e);
      }
      check.accept("hosts", address);
      addresses.add(inet(address));
    }
    return addresses;
  }

  /** Puts the option's name before the error, once. */
  private static IllegalArgumentException of(String option, IllegalArgumentException e) {
    String message = e.getMessage();
    return message.startsWith(option)
        ? e
        : new IllegalArgumentException(option + ": " + message, e);
  }

  static InetAddress inet(IpAddress address) {
    try {
      return InetAddress.getByAddress(address.toBytes());
    } catch (UnknownHostException e) {
      throw new AssertionError("an IpAddress has 4 or 16 bytes", e);
    }
  }
}
