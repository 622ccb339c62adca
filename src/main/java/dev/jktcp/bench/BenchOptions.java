package dev.jktcp.bench;

import dev.jktcp.tcp.TcpProfile;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What is measured, and in which circumstances.
 *
 * @param mtu bytes of the largest packet
 * @param window bytes of the send and of the receive buffer of a connection
 * @param profile of both ends
 * @param ipv6 whether packets are IPv6
 * @param idle established connections that do nothing meanwhile
 * @param flows connections among which bulk data takes turns
 * @param timeWait records in TIME-WAIT that {@link Kind#CONNECT} keeps up
 * @param portsTaken percent of the client's ports to the destination that idle connections hold
 * @param serverCloses whether the server closes first, and so has TIME-WAIT
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
    int seconds) {

  /** A CDTunnel carries IPv6 alone. */
  public BenchOptions {
    ipv6 |= kind == Kind.CDTUNNEL;
  }

  /** What can be measured. */
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
    MEMORY("heap of an idle end of a connection in the core"),
    FLOOR("two copies and two checksums of each byte, and nothing else");

    private static final Set<Kind> BULK =
        EnumSet.of(GOODPUT, STREAM, BUS, SOCKET, FORWARD, CDTUNNEL, TUN_OUT, TUN_IN, FLOOR);
    static final Set<Kind> BY_HANDLE = EnumSet.of(BUS, BUS_RR, LOOPS_RR);
    static final Set<Kind> OVER_TUN = EnumSet.of(TUN_OUT, TUN_IN);
    private static final Set<Kind> CORE = EnumSet.of(GOODPUT, RR, CONNECT);

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    public String description() {
      return description;
    }

    /** Whether this is what a user asks for by that word. */
    public boolean isNamed(String word) {
      return text().equals(word) || word.equals("tun") && OVER_TUN.contains(this);
    }

    /** Whether it is timed slice by slice, and so can be compared with another build. */
    public boolean hasSlices() {
      return this != MEMORY && !OVER_TUN.contains(this);
    }

    /** Whether bytes are what is counted. */
    boolean isBulk() {
      return BULK.contains(this);
    }

    /** As the command line has it. */
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

  /** The same with nothing beside it: no idle connections, no other flows, no TIME-WAIT. */
  BenchOptions alone() {
    return new BenchOptions(
        kind,
        mtu,
        window,
        profile,
        ipv6,
        0,
        1,
        kind == Kind.CONNECT ? 0 : timeWait,
        0,
        serverCloses,
        seconds);
  }

  /**
   * @throws IllegalArgumentException with one line that says what to change
   */
  public void validate() {
    check(
        mtu >= (ipv6 ? 1280 : 68) && mtu <= 65_535,
        "--mtu " + mtu + ": must be 68 (with --ipv6 1280) to 65535");
    check(
        window >= 1024 && window <= 1 << 30, "--window " + window + ": must be 1024 to 1073741824");
    check(flows >= 1 && flows <= 10_000, "--flows " + flows + ": must be 1 to 10000");
    check(seconds >= 1 && seconds <= 3600, "--seconds " + seconds + ": must be 1 to 3600");
    check(
        portsTaken >= 0 && portsTaken <= 99,
        "--ports-taken " + portsTaken + ": must be 0 to 99 percent");
    check(
        timeWait >= 0 && timeWait <= 1_000_000,
        "--time-wait " + timeWait + ": must be 0 to 1000000");
    check(idle >= 0 && idle <= 5_000_000, "--idle " + idle + ": must be 0 to 5000000");
    // An idle connection has two ends; 4 KiB for both is generous.
    long most = Runtime.getRuntime().maxMemory() / (4 * 1024) * 3 / 4;
    check(
        idle <= most,
        "--idle " + idle + ": the heap has room for about " + most + "; give java a larger -Xmx");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
