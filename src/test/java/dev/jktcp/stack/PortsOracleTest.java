package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpSegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stack with a small range of ports against a list of who has which: whatever takes and frees
 * ports (connections of either side, with and without a port of their own, listeners, TIME-WAIT,
 * its end and its eviction), a connect is refused exactly when the list has no free port.
 */
class PortsOracleTest {
  private static final int FIRST = 2_000;
  private static final int COUNT = 9;
  private static final int MOST_TIME_WAITS = 6;
  private static final List<IpAddress> OURS =
      List.of(IpAddress.parse("10.0.0.1"), IpAddress.parse("10.0.0.3"));
  private static final List<IpAddress> PEERS =
      List.of(IpAddress.parse("10.0.0.2"), IpAddress.parse("10.0.0.4"));

  private record Quad(IpAddress local, int localPort, IpAddress remote, int remotePort) {}

  private record Resting(Quad quad, long untilNs) {}

  private final IpStack stack =
      new IpStack(
          new StackOptions()
              .addAddress(OURS.get(0))
              .addAddress(OURS.get(1))
              .localPorts(FIRST, FIRST + COUNT - 1)
              .timeWaitNs(10 * SECOND)
              .maxTimeWait(MOST_TIME_WAITS),
          7,
          8);
  private final byte[] packet = new byte[1500];
  private final List<TcpConnection> connections = new ArrayList<>();
  private final List<TcpListener> listeners = new ArrayList<>();
  private final ArrayDeque<Resting> timeWaits = new ArrayDeque<>(); // oldest first
  private final Set<String> kinds = new HashSet<>();
  private Random random;
  private long nowNs;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void connectIsRefusedExactlyWhenNoPortIsFree(long seed) {
    random = new Random(seed);
    for (int i = 0; i < 6_000; i++) {
      step();
      while (!timeWaits.isEmpty() && timeWaits.peek().untilNs - nowNs <= 0) {
        timeWaits.poll();
      }
      assertEquals(timeWaits.size(), stack.timeWaits());
      assertEquals(connections.size(), stack.connections());
    }
    assertEquals(
        Set.of(
            "given",
            "refused",
            "own",
            "own refused",
            "listener",
            "no listener left",
            "passive",
            "evicted"),
        kinds);
  }

  private void step() {
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> connect();
      case 9, 10 -> connectFrom(FIRST + random.nextInt(COUNT));
      case 11 -> listen();
      case 12, 13 -> unlisten();
      case 14 -> beConnected();
      case 15, 16 -> reset();
      case 17, 18 -> close();
      default -> {
        // A timer that is much later than it was due would tell of a stop, which does not count.
        for (int ticks = 10 * random.nextInt(3); ticks > 0; ticks--) {
          nowNs += SECOND / 10;
          stack.onTick(nowNs);
        }
        connections.removeIf(c -> c.closeReason() != null); // nobody answers their SYNs
      }
    }
    while (stack.pollPacket(packet, 0, nowNs) > 0) {}
    while (stack.pollEvent() != null) {}
  }

  private boolean isListenedOn(int port) {
    return listeners.stream().anyMatch(l -> l.port() == port);
  }

  private boolean isUsed(Quad quad) {
    return connections.stream().anyMatch(c -> quad(c).equals(quad))
        || timeWaits.stream().anyMatch(t -> t.quad.equals(quad));
  }

  private static Quad quad(TcpConnection c) {
    return new Quad(c.localAddress(), c.localPort(), c.remoteAddress(), c.remotePort());
  }

  private void connect() {
    IpAddress local = OURS.get(random.nextInt(2));
    IpAddress remote = PEERS.get(random.nextInt(2));
    int remotePort = 80 + random.nextInt(2);
    boolean free = false;
    for (int port = FIRST; port < FIRST + COUNT; port++) {
      free |= !isListenedOn(port) && !isUsed(new Quad(local, port, remote, remotePort));
    }
    try {
      TcpConnection connection =
          stack.connect(ConnectRequest.to(remote, remotePort).from(local), nowNs);
      int port = connection.localPort();
      assertTrue(port >= FIRST && port < FIRST + COUNT && !isListenedOn(port), "port " + port);
      assertTrue(!isUsed(quad(connection)), "port " + port);
      connections.add(connection);
      kinds.add("given");
    } catch (StackException e) {
      assertTrue(!free && e.getMessage().startsWith("no ephemeral port"), e.getMessage());
      kinds.add("refused");
    }
  }

  private void connectFrom(int port) {
    Quad quad =
        new Quad(
            OURS.get(random.nextInt(2)),
            port,
            PEERS.get(random.nextInt(2)),
            80 + random.nextInt(2));
    try {
      connections.add(
          stack.connect(
              ConnectRequest.to(quad.remote, quad.remotePort).from(quad.local).fromPort(port),
              nowNs));
      kinds.add("own");
    } catch (StackException e) {
      assertTrue(isUsed(quad), e.getMessage());
      kinds.add("own refused");
    }
  }

  private void listen() {
    boolean free = false;
    for (int port = FIRST; port < FIRST + COUNT; port++) {
      free |= !isListenedOn(port);
    }
    try {
      TcpListener listener = stack.listen(null, 0, 0);
      assertTrue(!isListenedOn(listener.port()));
      listeners.add(listener);
      kinds.add("listener");
    } catch (StackException e) {
      assertTrue(!free, e.getMessage());
      kinds.add("no listener left");
    }
    if (random.nextInt(20) == 0) { // or all that is left
      for (int port = FIRST; port < FIRST + COUNT; port++) {
        if (!isListenedOn(port)) {
          try {
            listeners.add(stack.listen(null, port, 0));
          } catch (StackException e) {
            fail(e);
          }
        }
      }
      listen();
    }
  }

  private void unlisten() {
    if (!listeners.isEmpty()) {
      listeners.remove(random.nextInt(listeners.size())).close();
    }
  }

  /** A peer's connection to a listener has a port of the range, and keeps it. */
  private void beConnected() {
    if (listeners.isEmpty()) {
      return;
    }
    int port = listeners.get(random.nextInt(listeners.size())).port();
    Quad quad =
        new Quad(
            OURS.get(random.nextInt(2)),
            port,
            PEERS.get(random.nextInt(2)),
            80 + random.nextInt(2));
    if (isUsed(quad)) {
      return;
    }
    deliver(quad, 100, 0, TcpSegment.SYN);
    TestPacket answer = poll();
    deliver(quad, 101, answer.seq + 1, TcpSegment.ACK);
    TcpConnection accepted = stack.pollEvent();
    accepted.accept();
    assertEquals(quad, quad(accepted));
    connections.add(accepted);
    kinds.add("passive");
  }

  private void reset() {
    if (!connections.isEmpty()) {
      connections.remove(random.nextInt(connections.size())).reset();
    }
  }

  /** Establishes it, if it is not, and ends it from our side: its record rests. */
  private void close() {
    if (connections.isEmpty()) {
      return;
    }
    TcpConnection connection = connections.remove(random.nextInt(connections.size()));
    Quad quad = quad(connection);
    if (!connection.wasEstablished()) {
      deliver(quad, 100, connection.sndNxt(), TcpSegment.SYN | TcpSegment.ACK);
    }
    connection.end();
    while (stack.pollPacket(packet, 0, nowNs) > 0) {}
    deliver(quad, 101, connection.sndNxt(), TcpSegment.FIN | TcpSegment.ACK);
    timeWaits.add(new Resting(quad, nowNs + 10 * SECOND));
    if (timeWaits.size() > MOST_TIME_WAITS) {
      timeWaits.poll();
      kinds.add("evicted");
    }
  }

  private TestPacket poll() {
    int length = stack.pollPacket(packet, 0, nowNs);
    return TestPacket.decode(packet, 0, length);
  }

  private void deliver(Quad quad, int seq, int ack, int flags) {
    OutSegment segment =
        new OutSegment()
            .begin(quad.remote, quad.remotePort, quad.local, quad.localPort)
            .ip(64, 0)
            .tcp(flags, seq, ack)
            .window(1000);
    int length = PacketWriter.tcp(packet, 0, segment);
    stack.onPacket(packet, 0, length, nowNs);
  }
}
