package dev.jktcp.cli;

import dev.jktcp.bench.BenchOptions;
import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.bench.Lockstep;
import dev.jktcp.bench.Measurement;
import dev.jktcp.bench.Result;
import dev.jktcp.tcp.TcpProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "bench",
    description = {
      "Measures thread CPU time of both ends in one thread, checksums made and verified.",
      "Of the core: goodput, rr (round trips of one byte), connect, memory (idle ends).",
      "Of two adapters on one event loop: stream, stream-rr; through a handle: bus, bus-rr.",
      "Through a handle on another event loop, CPU time of the whole process: loops-rr.",
      "Over a Unix socket: socket, and forward in front of it. Through a stand-in for a device: "
          + "cdtunnel. To a socket of the kernel and back, as root: tun (tun-out, tun-in).",
      "floor does the copies and checksums alone; all is everything."
    })
final class BenchCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Parameters(paramLabel = "KIND", description = "One of those, or all.")
  private String kind;

  @Option(
      names = "--mtu",
      paramLabel = "N",
      defaultValue = "1500",
      description = "Bytes of the largest packet (default: 1500).")
  private int mtu;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "262144",
      description = "Bytes of each send and receive buffer (default: 262144).")
  private int window;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      converter = CommonOptions.ProfileConverter.class,
      defaultValue = "reliable-link",
      description = "Profile of both ends (default: reliable-link).")
  private TcpProfile profile;

  @Option(names = "--ipv6", description = "Packets of IPv6 instead of IPv4.")
  private boolean ipv6;

  @Option(
      names = "--idle",
      paramLabel = "N",
      defaultValue = "0",
      description = "Idle connections beside; of memory: how many are weighed.")
  private int idle;

  @Option(
      names = "--flows",
      paramLabel = "N",
      defaultValue = "1",
      description = "Connections among which goodput takes turns (default: 1).")
  private int flows;

  @Option(
      names = "--time-wait",
      paramLabel = "N",
      defaultValue = "16384",
      description = "Records in TIME-WAIT beside connect (default: 16384).")
  private int timeWait;

  @Option(
      names = "--ports-taken",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "Of the ports to the destination, taken by idle connections (default: 0).")
  private int portsTaken;

  @Option(names = "--server-closes", description = "The server closes first, not the client.")
  private boolean serverCloses;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Least CPU time that is measured of each kind (default: 5).")
  private int seconds;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Option(
      names = "--against",
      paramLabel = "OLD.jar",
      description = "Runs that build too, slice by slice in turn, and prints the ratio.")
  private Path against;

  @Option(
      names = "--processes",
      paramLabel = "N",
      defaultValue = "5",
      description = "Processes of each build with --against (default: 5).")
  private int processes;

  @Option(names = "--worker", hidden = true, description = "One side of --against.")
  private boolean worker;

  @Override
  public Integer call() throws IOException {
    if (against != null && !Files.isReadable(against)) {
      throw new BadUsage("--against " + against + ": no such file");
    }
    if (processes < 1 || processes > 100) {
      throw new BadUsage("--processes " + processes + ": must be 1 to 100");
    }
    for (Kind each : kinds()) {
      BenchOptions options =
          new BenchOptions(
              each,
              mtu,
              window,
              profile,
              ipv6,
              idle,
              flows,
              timeWait,
              portsTaken,
              serverCloses,
              seconds);
      options.validate();
      if (worker) {
        Lockstep.serve(options, new BenchForwarding(), main.console().in(), main.console().out());
      } else if (against != null) {
        compare(options);
      } else {
        measure(options);
      }
    }
    return Failure.OK;
  }

  private void measure(BenchOptions options) {
    Result result = new Measurement(new BenchForwarding(), main.console()::say).of(options);
    main.console().print(json ? result.toJson().encode() : result.toLine());
  }

  private void compare(BenchOptions options) throws IOException {
    if (!options.kind().hasSlices()) {
      String kind = options.kind().text();
      main.console().say(kind + " has no slices: compare two runs of bench " + kind);
      return;
    }
    Lockstep.Pair pair =
        Lockstep.compare(against, workerArguments(options), processes, main.console()::say);
    main.console().print(json ? pair.toJson(options).encode() : pair.toLine(options));
  }

  private List<String> workerArguments(BenchOptions options) {
    List<String> arguments = new ArrayList<>(List.of("bench", options.kind().text(), "--worker"));
    arguments.addAll(List.of("--mtu", "" + mtu, "--window", "" + window));
    arguments.addAll(List.of("--profile", profile.name(), "--idle", "" + idle));
    arguments.addAll(List.of("--flows", "" + flows, "--time-wait", "" + timeWait));
    arguments.addAll(List.of("--ports-taken", "" + portsTaken));
    if (ipv6) {
      arguments.add("--ipv6");
    }
    if (serverCloses) {
      arguments.add("--server-closes");
    }
    return arguments;
  }

  private List<Kind> kinds() {
    if (kind.equals("all")) {
      return List.of(Kind.values());
    }
    List<Kind> kinds = Stream.of(Kind.values()).filter(each -> each.isNamed(kind)).toList();
    if (!kinds.isEmpty()) {
      return kinds;
    }
    String known = Stream.of(Kind.values()).map(Kind::text).collect(Collectors.joining(", "));
    throw new BadUsage("KIND '" + kind + "': one of " + known + ", all");
  }
}
