package dev.jktcp.stack;

import static dev.jktcp.testkit.Tuned.probing;
import static dev.jktcp.time.Nanos.HOUR;
import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stack that was not told the time for an hour: its laptop slept. The peer lived on. */
class ClockLeapTest {
  private final byte[] packet = new byte[1_400];
  private IpStack sleeper;
  private IpStack peer;
  private TcpConnection connection;
  private long sleepersNs = 5;

  @BeforeEach
  void connect() throws StackException {
    TcpTuning tuning = TcpTuning.DEFAULT.with(probing(10 * SECOND, SECOND, 3));
    sleeper = stack("10.0.0.1", tuning);
    peer = stack("10.0.0.2", TcpTuning.DEFAULT);
    peer.listen(null, 7, 1);
    connection = sleeper.connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), 7), sleepersNs);
    exchange();
    assertEquals(TcpState.ESTABLISHED, connection.state());
  }

  @Test
  void keepAlive_asksThePeerBeforeItGivesUp() {
    sleepersNs += HOUR;
    sleeper.onTick(sleepersNs);
    assertEquals(0, exchange(), "first it hears what waits");
    sleepersNs = sleeper.nextDeadlineNs();
    sleeper.onTick(sleepersNs);
    assertEquals(2, exchange(), "a probe and its answer");
    for (int ms = 0; ms < 20_000; ms++) {
      sleepersNs += SECOND / 1_000;
      sleeper.onTick(sleepersNs);
      exchange();
    }
    assertEquals(TcpState.ESTABLISHED, connection.state());
  }

  /** RFC 6528: else the 4-tuple could begin where its peer, who lived on, remembers an end. */
  @Test
  @Rfc("6528 §3")
  void isn_countsTheHour() throws StackException {
    int before = issOf(1_000);
    sleepersNs += HOUR;
    sleeper.onTick(sleepersNs);
    int ticks = (int) (HOUR / 4_000); // of 4 µs
    assertEquals(before + ticks, issOf(1_000));
  }

  /** Of a connection that is forgotten at once. */
  private int issOf(int port) throws StackException {
    TcpConnection opened =
        sleeper.connect(
            ConnectRequest.to(IpAddress.parse("10.0.0.2"), 9).fromPort(port), sleepersNs);
    assertEquals(40 + 20, sleeper.pollPacket(packet, 0, sleepersNs), "a SYN, its options");
    int iss = ByteBuffer.wrap(packet).getInt(20 + 4);
    opened.reset();
    while (sleeper.pollEvent() != null) {
      continue;
    }
    return iss;
  }

  @Test
  void keepAlive_givesUpASilentPeer_afterAsManyProbesAsEver() {
    sleepersNs += HOUR;
    int probes = 0;
    for (int ms = 0; ms < 10_000 && connection.closeReason() == null; ms++) {
      sleeper.onTick(sleepersNs);
      while (sleeper.pollPacket(packet, 0, sleepersNs) > 0) {
        probes++;
      }
      sleepersNs += SECOND / 1_000;
    }
    assertEquals(TcpState.CLOSED, connection.state());
    assertEquals(3 + 1, probes, "three probes, an RST");
  }

  private static IpStack stack(String address, TcpTuning tuning) {
    StackOptions options = new StackOptions().addAddress(IpAddress.parse(address)).tuning(tuning);
    return new IpStack(options, 1, 2);
  }

  private int exchange() {
    int packets = 0;
    int before;
    do {
      before = packets;
      for (int n; (n = sleeper.pollPacket(packet, 0, sleepersNs)) > 0; packets++) {
        peer.onPacket(packet, 0, n, 5);
      }
      for (int n; (n = peer.pollPacket(packet, 0, 5)) > 0; packets++) {
        sleeper.onPacket(packet, 0, n, sleepersNs);
      }
    } while (packets > before);
    return packets;
  }
}
