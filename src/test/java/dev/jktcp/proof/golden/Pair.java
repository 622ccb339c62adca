package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Two stacks, a line each way, one connection over which the client sends to the server, and
 * virtual time that jumps to what comes next. Times count from the connect.
 */
final class Pair {
  static final long BEGIN_NS = 12_345; // 0 would hide what takes it for "never"
  private static final long PATIENCE_NS = 7_200 * SECOND;
  private static final int PORT = 80;
  private static final int STREAM = 3;
  private static final byte[] DATA = TestBytes.of(STREAM, 0, 2 * TestBytes.PERIOD);

  private record Step(long atNs, long order, IpStack to, byte[] packet, Runnable action) {}

  private final IpStack client;
  private final IpStack server;
  private final Line up;
  private final Line down;
  private final List<Watcher> watchers = new ArrayList<>();
  private final PriorityQueue<Step> steps =
      new PriorityQueue<>(Comparator.comparingLong(Step::atNs).thenComparingLong(Step::order));
  private final byte[] packet;
  private long order;
  private long nowNs = BEGIN_NS;
  private boolean together;
  private boolean readerStands;

  private TcpConnection out;
  private TcpConnection in;
  private int iss;
  private long toWrite; // what the client's user has
  private long written;
  private long received;

  Pair(StackOptions clientOptions, StackOptions serverOptions, Line up, Line down) {
    client = new IpStack(clientOptions.addAddress(IpAddress.parse("10.0.0.1")), 1, 2);
    server = new IpStack(serverOptions.addAddress(IpAddress.parse("10.0.0.2")), 3, 4);
    packet = new byte[Math.max(clientOptions.mtu(), serverOptions.mtu())];
    this.up = up;
    this.down = down;
  }

  static StackOptions options(TcpProfile profile, int mtu, int buffer) {
    return new StackOptions().profile(profile).mtu(mtu).sendBuffer(buffer).receiveBuffer(buffer);
  }

  void watch(Watcher watcher) {
    watchers.add(watcher);
  }

  /** The server is given all packets of an instant before it may answer, as one batch. */
  void serverTakesBatches() {
    together = true;
  }

  // --- the users

  void write(long bytes) {
    toWrite += bytes;
  }

  void writeAt(long atNs, long bytes) {
    at(atNs, () -> write(bytes));
  }

  /** The client's user has no more to write from then on: a FIN follows. */
  void endAt(long atNs) {
    at(atNs, () -> out.end());
  }

  void readerStands(long fromNs, long toNs) {
    at(fromNs, () -> readerStands = true);
    at(toNs, () -> readerStands = false);
  }

  void at(long atNs, Runnable action) {
    steps.add(new Step(BEGIN_NS + atNs, order++, null, null, action));
  }

  // --- the run

  /**
   * Connects and goes on until the server's user has read so many bytes, or the client's connection
   * is over.
   */
  void run(long bytes) {
    connect();
    while (received < bytes && out.closeReason() == null) {
      advance();
      performDue();
    }
  }

  /** The same, until they are acknowledged. */
  void runUntilAcked(long bytes) {
    connect();
    while (out.bytesAcked() < bytes && out.closeReason() == null) {
      advance();
      performDue();
    }
  }

  /** Connects and goes on until then, or until the client's connection is over. */
  void runFor(long ns) {
    at(ns, () -> {});
    connect();
    while (sinceNs() < ns && out.closeReason() == null) {
      advance();
      performDue();
    }
  }

  private void connect() {
    try {
      server.listen(null, PORT, 0);
      out = client.connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), PORT), nowNs);
    } catch (StackException e) {
      throw new AssertionError(e);
    }
    stepClient();
  }

  private void performDue() {
    while (!steps.isEmpty() && steps.peek().atNs() <= nowNs) {
      perform(steps.poll());
    }
    if (client.nextDeadlineNs() - nowNs <= 0) {
      client.onTick(nowNs);
      stepClient();
    }
    if (server.nextDeadlineNs() - nowNs <= 0) {
      server.onTick(nowNs);
      stepServer();
    }
  }

  private void advance() {
    long next = Math.min(client.nextDeadlineNs(), server.nextDeadlineNs());
    next = steps.isEmpty() ? next : Math.min(next, steps.peek().atNs());
    if (next == IpStack.NONE || next > PATIENCE_NS) {
      throw new AssertionError("stalled after " + received + " bytes");
    }
    nowNs = Math.max(nowNs, next);
  }

  private void perform(Step step) {
    if (step.action() != null) {
      step.action().run();
      stepClient();
      stepServer();
    } else if (step.to() == client) {
      Seen seen = Seen.ofServer(step.packet(), iss);
      watchers.forEach(watcher -> watcher.onArriving(seen, sinceNs()));
      client.onPacket(step.packet(), 0, step.packet().length, nowNs);
      stepClient();
    } else {
      server.onPacket(step.packet(), 0, step.packet().length, nowNs);
      Step next = steps.peek();
      if (!together || next == null || next.atNs() > nowNs || next.to() != server) {
        stepServer();
      }
    }
  }

  private void stepClient() {
    boolean more;
    do {
      more = false;
      for (TcpConnection c; (c = client.pollEvent()) != null; more = true) {
        c.takeEvents();
      }
      writeOn();
      for (int length; (length = client.pollPacket(packet, 0, nowNs)) > 0; more = true) {
        byte[] sent = Arrays.copyOf(packet, length);
        if (iss == 0) {
          iss = TestPacket.get32(sent, 24); // of the SYN, the first packet of all
        }
        Seen seen = Seen.ofClient(sent, iss);
        watchers.forEach(watcher -> watcher.onSent(seen, sinceNs()));
        up.send(sent, seen, nowNs, (atNs, arrived) -> carry(atNs, server, arrived));
      }
    } while (more);
    if (!watchers.isEmpty()) {
      TcpInfo info = out.info(nowNs);
      watchers.forEach(watcher -> watcher.onStep(info, sinceNs()));
    }
  }

  private void writeOn() {
    int taken = 1;
    while (written < toWrite && taken > 0) {
      int at = (int) (written % TestBytes.PERIOD);
      taken = out.write(DATA, at, (int) Math.min(TestBytes.PERIOD, toWrite - written), nowNs);
      written += taken;
    }
  }

  private void stepServer() {
    boolean more;
    do {
      more = false;
      for (TcpConnection c; (c = server.pollEvent()) != null; more = true) {
        if ((c.takeEvents() & TcpConnection.ACCEPTED) != 0) {
          c.accept();
          in = c;
        }
      }
      readOn();
      for (int length; (length = server.pollPacket(packet, 0, nowNs)) > 0; more = true) {
        byte[] sent = Arrays.copyOf(packet, length);
        Seen seen = Seen.ofServer(sent, iss);
        down.send(sent, seen, nowNs, (atNs, arrived) -> carry(atNs, client, arrived));
      }
    } while (more);
  }

  private void readOn() {
    if (in == null || readerStands) {
      return;
    }
    for (Slice s; (s = in.read(Integer.MAX_VALUE, nowNs)) != null; received += s.length()) {
      int wrong = TestBytes.mismatch(STREAM, received, s.bytes(), s.offset(), s.length());
      if (wrong >= 0) {
        throw new AssertionError("wrong byte at " + (received + wrong));
      }
    }
  }

  private void carry(long atNs, IpStack to, byte[] arrived) {
    steps.add(new Step(atNs, order++, to, arrived, null));
  }

  // --- what came of it

  long sinceNs() {
    return nowNs - BEGIN_NS;
  }

  /** Bytes that the server's user has read. */
  long received() {
    return received;
  }

  TcpInfo info() {
    return out.info(nowNs);
  }

  /** Why the client's connection ended; null while it lives. */
  CloseReason closeReason() {
    return out.closeReason();
  }
}
