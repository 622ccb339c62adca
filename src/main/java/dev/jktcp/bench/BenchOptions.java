package dev.jktcp.bench;

import dev.jktcp.tcp.TcpProfile;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The kind to measure, and its circumstances.
 *
 * @param mtu bytes of the largest packet
 * @param window bytes of the send and of the receive buffer of a connection
 * @param profile of both ends
 * @param ipv6 whether packets are IPv6
 * @param idle established connections that stand idle meanwhile
 * @param flows connections among which bulk data takes turns
 * @param timeWait records in TIME-WAIT that {@link Kind#CONNECT} keeps up
 * @param portsTaken percent of the client's ports to the destination that idle connections hold
 * @param serverCloses whether the server closes first, and so keeps the TIME-WAIT records
 * @param tls whether client and server of Vert.x speak TLS
 * @param seconds least CPU time of the timed part, of product and floor together
 */
public record BenchOptions(
    Kind kind,
    int mtu,
    int window,
    TcpProfile profile,
    boolean ipv6,
    int idle,
    int flows,
    int timeWait,
    int portsTaken,
    boolean serverCloses,
    boolean tls,
    int seconds) {

  /** A CDTunnel carries IPv6 only; HttpClient takes no address of IPv6 for a host. */
  public BenchOptions {
    ipv6 |= kind == Kind.CDTUNNEL;
    ipv6 &= !Kind.BESIDE_KERNEL.contains(kind);
  }

  /** The kinds of work. */
  public enum Kind {
    GOODPUT("bulk data from one end of the core to the other"),
    RR("one byte there and one back, core to core"),
    CONNECT("connect, one byte, close, core to core"),
    STREAM("bulk data between two adapters in hand, Buffers delivered and kept"),
    STREAM_RR("one byte there and one back between two adapters in hand"),
    BUS("as stream, written through a handle on the adapter's event loop"),
    BUS_RR("as stream-rr, through a handle on the adapter's event loop"),
    LOOPS_RR("as bus-rr, with the handle on another event loop: CPU time of all, wake-ups counted"),
    SOCKET("as stream, over a Unix socket"),
    FORWARD("as socket, from a socket of the kernel through the command forward"),
    CDTUNNEL("as stream, through a CDTunnel to a stand-in for a device, with a device's limits"),
    TUN_OUT("bulk data through a TUN device of its own to a socket of the kernel; needs root"),
    TUN_IN("the same from the kernel's socket"),
    HTTP_GET(
        "small GETs of HttpClient and HttpServer, one at a time, beside the kernel's loopback"),
    HTTP_GET_32("the same, 32 at a time"),
    HTTP_LARGE("the same, bodies of 1 MiB"),
    NET_RR("one byte from a NetClient and one back, beside the kernel's loopback"),
    LOOPS_HTTP_GET("as http-get, with client, server and adapters on an event loop each"),
    LOOPS_HTTP_GET_32("as http-get-32, likewise"),
    LOOPS_HTTP_LARGE("as http-large, likewise"),
    LOOPS_NET_RR("as net-rr, likewise"),
    MEMORY("heap of an idle end of a connection in the core"),
    FLOOR("two copies and two checksums of each byte, and nothing else");

    private static final Set<Kind> BULK =
        EnumSet.of(
            GOODPUT,
            STREAM,
            BUS,
            SOCKET,
            FORWARD,
            CDTUNNEL,
            TUN_OUT,
            TUN_IN,
            HTTP_LARGE,
            LOOPS_HTTP_LARGE,
            FLOOR);
    static final Set<Kind> BY_HANDLE = EnumSet.of(BUS, BUS_RR, LOOPS_RR);
    static final Set<Kind> OVER_TUN = EnumSet.of(TUN_OUT, TUN_IN);

    /** Vert.x's own clients and servers. */
    public static final Set<Kind> BESIDE_KERNEL = EnumSet.range(HTTP_GET, LOOPS_NET_RR);

    private static final Set<Kind> ACROSS_LOOPS = EnumSet.range(LOOPS_HTTP_GET, LOOPS_NET_RR);
    private static final Set<Kind> CORE = EnumSet.of(GOODPUT, RR, CONNECT);

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    public String description() {
      return description;
    }

    /**
     * The kinds that a word of the command line means: one, all of {@code tun} or {@code http}, or
     * none.
     */
    public static List<Kind> of(String word) {
      return switch (word) {
        case "tun" -> List.copyOf(OVER_TUN);
        case "http" -> List.copyOf(BESIDE_KERNEL);
        default -> Stream.of(values()).filter(kind -> kind.text().equals(word)).toList();
      };
    }

    /** Whether it makes a device of the kernel. */
    public boolean needsRoot() {
      return OVER_TUN.contains(this);
    }

    /** Whether it is timed slice by slice, and so can be compared with another build. */
    public boolean hasSlices() {
      return this != MEMORY && !OVER_TUN.contains(this) && !BESIDE_KERNEL.contains(this);
    }

    /** Whether client, server and adapters live on an event loop each. */
    boolean isAcrossLoops() {
      return ACROSS_LOOPS.contains(this);
    }

    /** Whether the kind counts bytes. */
    boolean isBulk() {
      return BULK.contains(this);
    }

    /** The name on the command line. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  String clientAddress() {
    return ipv6 ? "fd66::2" : "10.66.0.2";
  }

  String serverAddress() {
    return ipv6 ? "fd66::1" : "10.66.0.1";
  }

  /** TCP's and IP's headers without options. */
  int headerBytes() {
    return ipv6 ? 60 : 40;
  }

  int segmentBytes() {
    return mtu - headerBytes();
  }

  /** Whether a connection of the core is measured with nothing beside it. */
  boolean isAlone() {
    return !Kind.CORE.contains(kind) || equals(alone());
  }

  /** These options without company: no idle connections, no other flows, no TIME-WAIT. */
  BenchOptions alone() {
    Builder alone = new Builder(this).idle(0).flows(1).portsTaken(0);
    return (kind == Kind.CONNECT ? alone.timeWait(0) : alone).build();
  }

  /** The command's arguments for these options, without those that have their default. */
  public List<String> arguments() {
    BenchOptions unset = new Builder(kind).build();
    List<String> arguments = new ArrayList<>(List.of(kind.text()));
    add(arguments, "--mtu", mtu, unset.mtu);
    add(arguments, "--window", window, unset.window);
    add(arguments, "--profile", profile.name(), unset.profile.name());
    add(arguments, "--idle", idle, unset.idle);
    add(arguments, "--flows", flows, unset.flows);
    add(arguments, "--time-wait", timeWait, unset.timeWait);
    add(arguments, "--ports-taken", portsTaken, unset.portsTaken);
    add(arguments, "--seconds", seconds, unset.seconds);
    if (ipv6 && !unset.ipv6) {
      arguments.add("--ipv6");
    }
    if (serverCloses) {
      arguments.add("--server-closes");
    }
    if (tls) {
      arguments.add("--tls");
    }
    return arguments;
  }

  /** The circumstances in the words of the command, without the measuring time. */
  public String text() {
    return String.join(" ", new Builder(this).seconds(Builder.SECONDS).build().arguments());
  }

  /** The command that repeats this measurement. */
  public String command() {
    return "java -jar target/jktcp.jar bench " + text();
  }

  private static void add(List<String> arguments, String option, Object value, Object unset) {
    if (!value.equals(unset)) {
      arguments.add(option);
      arguments.add(value.toString());
    }
  }

  /**
   * @throws IllegalArgumentException with one line that says what to change
   */
  public void validate() {
    int leastMtu = ipv6 ? 1280 : 68;
    int mostMtu = kind == Kind.CDTUNNEL ? StandInDevice.LARGEST_PACKET : 65_535;
    check(
        mtu >= leastMtu && mtu <= mostMtu,
        "--mtu " + mtu + ": must be " + leastMtu + " to " + mostMtu);
    check(
        window >= 1024 && window <= 1 << 30, "--window " + window + ": must be 1024 to 1073741824");
    check(flows >= 1 && flows <= 10_000, "--flows " + flows + ": must be 1 to 10000");
    check(seconds >= 1 && seconds <= 3600, "--seconds " + seconds + ": must be 1 to 3600");
    check(
        portsTaken >= 0 && portsTaken <= 99,
        "--ports-taken " + portsTaken + ": must be 0 to 99 percent");
    check(
        timeWait >= 0 && timeWait <= Connects.MOST_RECORDS,
        "--time-wait " + timeWait + ": must be 0 to " + Connects.MOST_RECORDS);
    validateIdle();
    if (kind == Kind.CONNECT) {
      Connects.validate(this);
    }
  }

  private void validateIdle() {
    int places = CoreLink.idlePlaces(kind);
    check(
        idle >= 0 && idle <= places,
        "--idle " + idle + ": must be 0 to " + places + ", as many as there are ports for");
    // An idle connection has two ends; 4 KiB for both is generous.
    long most = Runtime.getRuntime().maxMemory() / (4 * 1024) * 3 / 4;
    check(
        idle <= most,
        "--idle " + idle + ": the heap has room for about " + most + "; give java a larger -Xmx");
  }

  static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** Begins with the command's defaults. */
  public static final class Builder {
    public static final int MTU = 1500;
    public static final int WINDOW = 262_144;
    public static final int TIME_WAIT = 16_384;
    public static final int SECONDS = 5;

    private final Kind kind;
    private int mtu = MTU;
    private int window = WINDOW;
    private TcpProfile profile = TcpProfile.RELIABLE_LINK;
    private boolean ipv6;
    private int idle;
    private int flows = 1;
    private int timeWait = TIME_WAIT;
    private int portsTaken;
    private boolean serverCloses;
    private boolean tls;
    private int seconds = SECONDS;

    public Builder(Kind kind) {
      this.kind = kind;
    }

    private Builder(BenchOptions other) {
      kind = other.kind;
      mtu = other.mtu;
      window = other.window;
      profile = other.profile;
      ipv6 = other.ipv6;
      idle = other.idle;
      flows = other.flows;
      timeWait = other.timeWait;
      portsTaken = other.portsTaken;
      serverCloses = other.serverCloses;
      tls = other.tls;
      seconds = other.seconds;
    }

    public Builder mtu(int bytes) {
      mtu = bytes;
      return this;
    }

    public Builder window(int bytes) {
      window = bytes;
      return this;
    }

    public Builder profile(TcpProfile ofBoth) {
      profile = ofBoth;
      return this;
    }

    public Builder ipv6(boolean version6) {
      ipv6 = version6;
      return this;
    }

    public Builder idle(int connections) {
      idle = connections;
      return this;
    }

    public Builder flows(int connections) {
      flows = connections;
      return this;
    }

    public Builder timeWait(int records) {
      timeWait = records;
      return this;
    }

    public Builder portsTaken(int percent) {
      portsTaken = percent;
      return this;
    }

    public Builder serverCloses(boolean first) {
      serverCloses = first;
      return this;
    }

    public Builder tls(boolean spoken) {
      tls = spoken;
      return this;
    }

    public Builder seconds(int least) {
      seconds = least;
      return this;
    }

    public BenchOptions build() {
      return new BenchOptions(
          kind,
          mtu,
          window,
          profile,
          ipv6,
          idle,
          flows,
          timeWait,
          portsTaken,
          serverCloses,
          tls,
          seconds);
    }
  }
}
