package dev.jktcp.cli;

import dev.jktcp.impl.HostName;
import dev.jktcp.text.Fields;
import picocli.CommandLine.ITypeConverter;

/** A host in the tunnel: an address, or a name if a DNS server is known. */
final class RemoteHost {
  private RemoteHost() {}

  /**
   * @throws IllegalArgumentException for a text that is neither
   */
  static String of(String text, String field) {
    return HostName.is(field) ? field : Fields.bracketedAddress(text, field);
  }

  /**
   * @param host null for the only peer
   * @throws BadUsage for a name if no server is known
   */
  static void check(String host, CommonOptions common) {
    if (host != null && HostName.is(host) && common.dns.isEmpty()) {
      throw new BadUsage(
          "'"
              + host
              + "' is a name: --dns ADDR of a server in the tunnel is needed, or an address");
    }
  }

  static final class Converter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      return HostName.is(value) ? value : Fields.address(value);
    }
  }
}
