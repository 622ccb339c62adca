package dev.jktcp.cli;

import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The values that a shell offers for an option, by the script of generate-completion. The script
 * finds the values by the label of the option, so labels must differ within a command.
 */
final class Completions {
  private Completions() {}

  /** Of {@code --profile}. */
  static final class ProfileNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.copyOf(TcpProfile.names()).iterator();
    }
  }

  /** Of {@code --congestion}: the names that take no number. */
  static final class CongestionNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return CongestionControl.names().stream().filter(name -> !name.contains(":")).iterator();
    }
  }

  /** Of {@code bench}. */
  static final class BenchKinds implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      List<String> all = new ArrayList<>(List.of("all", "http", "tun"));
      Stream.of(Kind.values()).map(Kind::text).forEach(all::add);
      return all.iterator();
    }
  }

  /** Of {@code help}. */
  static final class Commands implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Main.commandNames().iterator();
    }
  }
}
