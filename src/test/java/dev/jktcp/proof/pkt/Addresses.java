package dev.jktcp.proof.pkt;

import dev.jktcp.wire.IpAddress;
import java.util.List;
import java.util.Set;

/** Socket addresses as scripts write them. */
final class Addresses {
  private static final Set<String> FIELDS =
      Set.of("sa_family", "sin_port", "sin_addr", "sin6_port", "sin6_addr");

  private final Settings settings;

  Addresses(Settings settings) {
    this.settings = settings;
  }

  /** The port of an address of ours or of the wildcard. */
  int local(Arguments args, int index) {
    return port(args, index, settings.bindPort, List.of(settings.localIp, "0.0.0.0", "::"));
  }

  /** The port of the peer's address. */
  int remote(Arguments args, int index) {
    return port(args, index, settings.connectPort, List.of(settings.remoteIp));
  }

  /** The address and its length; any other address than these is not played. */
  private int port(Arguments args, int index, int usual, List<String> known) {
    Expr address = args.at(index);
    boolean six = settings.family != Family.IPV4;
    if (address instanceof Expr.Any) {
      args.any(index + 1);
      return usual;
    }
    boolean anyLength = args.at(index + 1) instanceof Expr.Any;
    if (!anyLength && args.number(index + 1) != (six ? 28 : 16)) {
      throw args.unknown("an address of " + args.at(index + 1) + " bytes");
    }
    String prefix = six ? "sin6_" : "sin_";
    Expr.Struct struct = args.struct(address, FIELDS);
    Expr port = first(struct, prefix + "port", "sin_port");
    Expr ip = first(struct, prefix + "addr", "sin_addr");
    String family = args.field(struct, "sa_family").toString();
    boolean mapped = ip != null && ip.toString().contains("::ffff:");
    if (!family.equals(six ? "AF_INET6" : "AF_INET") && !(mapped && family.equals("AF_INET"))
        || !(port instanceof Expr.Of htons)
        || !htons.name().equals("htons")
        || htons.arguments().size() != 1) {
      throw args.unknown("address " + address);
    }
    String text = text(args, ip);
    boolean isKnown = known.stream().anyMatch(k -> same(k, text));
    if (!isKnown) {
      throw args.unknown("address " + text);
    }
    long value = args.number(htons.arguments().get(0));
    if (value < 0 || value > 65_535) {
      throw args.unknown("port " + value);
    }
    return (int) value;
  }

  private static Expr first(Expr.Struct struct, String name, String other) {
    Expr value = struct.get(name);
    return value == null ? struct.get(other) : value;
  }

  private static String text(Arguments args, Expr ip) {
    if (ip instanceof Expr.Of of) {
      boolean four = of.name().equals("inet_addr") && of.arguments().size() == 1;
      boolean six =
          of.name().equals("inet_pton")
              && of.arguments().size() == 2
              && of.arguments().get(0).toString().matches("AF_INET6?");
      if ((four || six)
          && of.arguments().get(of.arguments().size() - 1) instanceof Expr.Text text) {
        return text.value().replace("::ffff:", ""); // IPv4 in IPv6's clothes
      }
    }
    throw args.unknown("address " + ip);
  }

  private static boolean same(String known, String text) {
    try {
      return known.equals(text) || IpAddress.parse(known).equals(IpAddress.parse(text));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
