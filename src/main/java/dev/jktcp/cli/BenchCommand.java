package dev.jktcp.cli;

import dev.jktcp.bench.BenchOptions;
import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.bench.Campaign;
import dev.jktcp.bench.ChildBench;
import dev.jktcp.bench.Lockstep;
import dev.jktcp.bench.Measurement;
import dev.jktcp.bench.Result;
import dev.jktcp.bench.page.BenchPage;
import dev.jktcp.bench.page.Machine;
import dev.jktcp.tcp.TcpProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code jktcp bench}: the yardstick on the command line. */
@Command(
    name = "bench",
    description = {
      "Measures thread CPU time of both ends in one thread, checksums made and verified.",
      "Of the core: goodput, rr (round trips of one byte), connect, memory (idle ends).",
      "Of two adapters on one event loop: stream, stream-rr; through a handle: bus, bus-rr.",
      "Through a handle on another event loop, CPU time of the whole process: loops-rr.",
      "Over a Unix socket: socket, and forward in front of it. Through a stand-in for a device: "
          + "cdtunnel. To a socket of the kernel and back, as root: tun (tun-out, tun-in).",
      "Vert.x's own clients and servers over adapters, beside the kernel's loopback, by the clock"
          + " on the wall: http (http-get, http-get-32, http-large, net-rr; loops-http-get, ...).",
      "floor does the copies and checksums alone.",
      "all is everything, and leaves a page with curves: target/bench/index.html."
    })
final class BenchCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final Path PAGE = Path.of("target", "bench", "index.html");

  /** The options that differ from figure to figure of {@code all}. */
  private static final List<String> OWN_OF_ALL =
      List.of(
          "--mtu",
          "--window",
          "--profile",
          "--ipv6",
          "--idle",
          "--flows",
          "--time-wait",
          "--ports-taken",
          "--server-closes",
          "--tls");

  /** An option that has an effect for some kinds only. */
  private record OfSome(String option, Set<Kind> kinds) {}

  private static final List<OfSome> OF_SOME =
      List.of(
          new OfSome("--flows", EnumSet.of(Kind.GOODPUT)),
          new OfSome("--idle", EnumSet.of(Kind.GOODPUT, Kind.RR, Kind.CONNECT, Kind.MEMORY)),
          new OfSome("--ports-taken", EnumSet.of(Kind.GOODPUT, Kind.RR, Kind.CONNECT)),
          new OfSome("--time-wait", EnumSet.of(Kind.CONNECT)),
          new OfSome("--server-closes", EnumSet.of(Kind.CONNECT)),
          new OfSome("--ipv6", EnumSet.complementOf(EnumSet.copyOf(Kind.BESIDE_KERNEL))),
          new OfSome("--tls", Kind.BESIDE_KERNEL));

  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "KIND",
      completionCandidates = Completions.BenchKinds.class,
      description = "The kind to measure: one of those above, or all.")
  private String kind;

  @Option(
      names = "--mtu",
      paramLabel = "N",
      defaultValue = "1500",
      description = "The largest packet, in bytes. Default: 1500.")
  private int mtu;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "262144",
      description = "The size of each send and receive buffer, in bytes. Default: 262144.")
  private int window;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      converter = CommonOptions.ProfileConverter.class,
      completionCandidates = Completions.ProfileNames.class,
      defaultValue = "reliable-link",
      description = "The profile of both ends. Default: reliable-link.")
  private TcpProfile profile;

  @Option(names = "--ipv6", description = "Send packets of IPv6 in place of IPv4.")
  private boolean ipv6;

  @Option(
      names = "--idle",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "The number of idle connections beside goodput, rr and connect; for memory, the"
              + " number to weigh. Default: 0; of memory: 10000.")
  private int idle;

  @Option(
      names = "--flows",
      paramLabel = "N",
      defaultValue = "1",
      description = "The number of connections among which goodput takes turns. Default: 1.")
  private int flows;

  @Option(
      names = "--time-wait",
      paramLabel = "N",
      defaultValue = "16384",
      description = "The number of records in TIME-WAIT beside connect. Default: 16384.")
  private int timeWait;

  @Option(
      names = "--ports-taken",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description =
          "The part of the ports to the destination that idle connections take beside"
              + " goodput, rr and connect, in percent. Default: 0.")
  private int portsTaken;

  @Option(
      names = "--server-closes",
      description = "For connect: let the server close first, not the client.")
  private boolean serverCloses;

  @Option(
      names = "--tls",
      description = "For the kinds of http: use TLS. Without it, http measures both.")
  private boolean tls;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description =
          "The least CPU time to measure for each kind, in seconds. Default: 5; of all: 2.")
  private Integer seconds;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Option(
      names = "--against",
      paramLabel = "OLD.jar",
      description = "Run that build as well, slice by slice in turn, and print the ratio.")
  private Path against;

  @Option(
      names = "--processes",
      paramLabel = "N",
      defaultValue = "5",
      description = "The number of processes of each build with --against. Default: 5.")
  private int processes;

  @Option(names = "--worker", hidden = true, description = "One side of --against.")
  private boolean worker;

  @Override
  public Integer call() throws IOException {
    check();
    if (kind.equals(ALL) && against == null) {
      return campaign();
    }
    List<BenchOptions> all =
        kinds().stream().flatMap(each -> withTls(each).map(with -> options(each, with))).toList();
    all.forEach(BenchOptions::validate); // before the first is measured
    for (BenchOptions options : all) {
      if (worker) {
        Lockstep.serve(options, new BenchForwarding(), main.console().in(), main.console().out());
      } else if (against != null) {
        compare(options);
      } else {
        print(new Measurement(new BenchForwarding(), main.console()::say).of(options));
      }
    }
    return Failure.OK;
  }

  private void check() throws IOException {
    if (against != null) {
      checkJar();
    }
    if (processes < 1 || processes > 100) {
      throw new BadUsage("--processes " + processes + ": must be 1 to 100");
    }
    if (against == null && isGiven("--processes")) {
      throw new BadUsage("--processes is of use with --against OLD.jar alone");
    }
    kinds();
    if (!kind.equals(ALL)) {
      checkUse();
    } else if (against == null) {
      for (String option : OWN_OF_ALL) {
        if (isGiven(option)) {
          throw new BadUsage("all sets " + option + " itself: give it to one kind");
        }
      }
    }
  }

  private void checkUse() {
    for (OfSome some : OF_SOME) {
      if (isGiven(some.option()) && !some.kinds().containsAll(kinds())) {
        String users = some.kinds().stream().map(Kind::text).collect(Collectors.joining(", "));
        throw new BadUsage(kind + " has no use for " + some.option() + ": it is for " + users);
      }
    }
  }

  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  /** A jar from which the JVM can start a bench. */
  private void checkJar() throws IOException {
    if (!Files.isRegularFile(against) || !Files.isReadable(against)) {
      throw new BadUsage("--against " + against + ": no such file");
    }
    try (ZipFile jar = new ZipFile(against.toFile())) {
      if (jar.getEntry("dev/jktcp/bench/Lockstep.class") == null) {
        throw new BadUsage(
            "--against "
                + against
                + ": no bench in it; build the old jktcp.jar of a version with one");
      }
    } catch (ZipException e) {
      throw new BadUsage("--against " + against + ": not a jar; name a jktcp.jar");
    }
  }

  /** Both ways of {@code http}. */
  private Stream<Boolean> withTls(Kind each) {
    return kind.equals("http") && !tls ? Stream.of(false, true) : Stream.of(tls);
  }

  private BenchOptions options(Kind each, boolean withTls) {
    return new BenchOptions.Builder(each)
        .mtu(mtu)
        .window(window)
        .profile(profile)
        .ipv6(ipv6)
        .idle(idle)
        .flows(flows)
        .timeWait(timeWait)
        .portsTaken(portsTaken)
        .serverCloses(serverCloses)
        .tls(withTls)
        .seconds(seconds == null ? BenchOptions.Builder.SECONDS : seconds)
        .build();
  }

  private int campaign() throws IOException {
    int each = seconds == null ? Campaign.SECONDS : seconds;
    List<BenchOptions> points = Campaign.points(each);
    points.get(0).validate(); // a kind that this machine cannot run is left without a figure
    Console console = main.console();
    console.say(
        points.size()
            + " figures, each in a process of its own: at most "
            + (Campaign.mostSeconds(points) + 59) / 60
            + " minutes");
    Campaign campaign = new Campaign(new ChildBench(), System::nanoTime);
    Machine machine = Machine.here();
    campaign.run(
        points,
        console::say,
        result -> {
          print(result);
          write(campaign, machine, each); // if it is interrupted, the figures so far are kept
        });
    console.say("the page is " + write(campaign, machine, each));
    boolean all = campaign.failures().keySet().stream().allMatch(o -> o.kind().needsRoot());
    return all ? Failure.OK : Failure.FAILED;
  }

  private static Path write(Campaign campaign, Machine machine, int each) {
    String command = "java -jar target/jktcp.jar bench all --seconds " + each;
    BenchPage page = new BenchPage(machine, command, campaign.results(), campaign.failures());
    try {
      Files.createDirectories(PAGE.getParent());
      return Files.writeString(PAGE, page.toHtml());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + PAGE + ": " + e.getMessage(), e);
    }
  }

  private void print(Result result) {
    main.console().print(json ? result.toJson().encode() : result.toLine());
  }

  private void compare(BenchOptions options) throws IOException {
    if (!options.kind().hasSlices()) {
      String name = options.kind().text();
      main.console().say(name + " has no slices: compare two runs of bench " + name);
      return;
    }
    List<String> arguments = new ArrayList<>(List.of("bench"));
    arguments.addAll(options.arguments());
    arguments.add("--worker");
    Lockstep.Pair pair = Lockstep.compare(against, arguments, processes, main.console()::say);
    main.console().print(json ? pair.toJson(options).encode() : pair.toLine(options));
  }

  private List<Kind> kinds() {
    if (kind.equals(ALL)) {
      return List.of(Kind.values());
    }
    List<Kind> kinds = Kind.of(kind);
    if (!kinds.isEmpty()) {
      return kinds;
    }
    String known = Stream.of(Kind.values()).map(Kind::text).collect(Collectors.joining(", "));
    throw new BadUsage("KIND '" + kind + "': one of " + known + ", tun, http, all");
  }
}
