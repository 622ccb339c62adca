package dev.jktcp.cli;

import picocli.CommandLine.ITypeConverter;

/** A range of ports as the command line writes it: {@code 20000-65535}. */
record LocalPorts(int first, int last) {
  private static final int LEAST = 1024; // RFC 6056 §3.2
  private static final int MOST = 65_535;

  static final class Converter implements ITypeConverter<LocalPorts> {
    @Override
    public LocalPorts convert(String value) {
      String[] ends = value.split("-", -1);
      if (ends.length == 2 && isPort(ends[0]) && isPort(ends[1])) {
        LocalPorts ports = new LocalPorts(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        if (ports.first <= ports.last) {
          return ports;
        }
      }
      throw new BadUsage(
          "'" + value + "' is not FIRST-LAST, two ports from " + LEAST + " to " + MOST);
    }

    private static boolean isPort(String text) {
      if (!text.matches("\\d{4,5}")) {
        return false;
      }
      int port = Integer.parseInt(text);
      return port >= LEAST && port <= MOST;
    }
  }
}
