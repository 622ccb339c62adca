package dev.jktcp.cli;

import dev.jktcp.text.Fields;
import java.util.List;
import picocli.CommandLine.ITypeConverter;

/**
 * {@code [ADDR:]PORT} of the kernel, where a server listens.
 *
 * @param port 0 picks a free one
 */
record BindAddress(String host, int port) {
  static final String LOOPBACK = "127.0.0.1";

  static BindAddress parse(String text) {
    List<String> fields = Fields.split(text);
    if (fields.size() > 2) {
      throw Fields.wrongForm(text, fields, "[ADDR:]PORT");
    }
    String host = fields.size() == 1 ? LOOPBACK : Fields.host(text, fields.get(0));
    return new BindAddress(host, Fields.port(text, fields.get(fields.size() - 1), 0));
  }

  /** Whether this machine alone can reach it. */
  boolean isLoopback() {
    return host.startsWith("127.") || host.matches("::1(%.*)?") || host.equals("localhost");
  }

  static final class Converter implements ITypeConverter<BindAddress> {
    @Override
    public BindAddress convert(String value) {
      return parse(value);
    }
  }
}
