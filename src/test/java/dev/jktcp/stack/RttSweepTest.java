package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.script.TestBytes;
import dev.jktcp.sim.SimRandom;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Round trips from a microsecond to two seconds, with and without loss: where other stacks stopped
 * for good after a loss on a very short path, or for minutes after a lost SYN.
 */
class RttSweepTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
  private static final int SIZE = 100_000;
  private static final long[] RTTS = {
    1_000, 20_000, 300_000, 5 * MS, 40 * MS, 150 * MS, 250 * MS, 600 * MS, 2 * SECOND
  };

  private record Carried(long atNs, boolean toServer, byte[] packet) {}

  private final byte[] buffer = new byte[1400];
  private final Deque<Carried> wire = new ArrayDeque<>();

  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet"})
  void withoutLoss_takesAFewRoundTrips(String profile) throws Exception {
    for (long rtt : RTTS) {
      long took = transfer(profile, rtt, 0, 1);
      // Slow start, from one segment where the round trip outlasted the SYN's timer.
      assertTrue(took <= 14 * rtt + 50 * MS, "rtt " + rtt + " ns took " + took / MS + " ms");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet", "stop-and-wait"})
  void withLoss_arrivesAllTheSame(String profile) throws Exception {
    for (long rtt : RTTS) {
      for (int seed = 1; seed <= 10; seed++) {
        transfer(profile, rtt, 0.02, seed);
      }
    }
  }

  /** Nanoseconds from the SYN to the last byte. */
  private long transfer(String profile, long rttNs, double loss, long seed) throws Exception {
    String what = profile + ", rtt " + rttNs + " ns, loss " + loss + ", seed " + seed;
    SimRandom random = new SimRandom(seed);
    IpStack a = stack("10.0.0.1", profile, seed);
    IpStack b = stack("10.0.0.2", profile, -seed);
    b.listen(null, 80, 0);
    wire.clear();
    long start = 12_345;
    long now = start;
    TcpConnection out = a.connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), 80), now);
    byte[] data = TestBytes.of(1, 0, SIZE);
    int written = 0;
    int received = 0;
    TcpConnection in = null;
    while (received < SIZE) {
      assertNull(out.closeReason(), what + " after " + received + " bytes");
      written += out.write(data, written, SIZE - written, now);
      while (a.pollEvent() != null) {
        out.takeEvents();
      }
      for (TcpConnection c; (c = b.pollEvent()) != null; in = c) {
        c.takeEvents();
        c.accept();
      }
      for (Slice s; in != null && (s = in.read(SIZE, now)) != null; received += s.length()) {
        assertEquals(-1, TestBytes.mismatch(1, received, s.bytes(), s.offset(), s.length()), what);
      }
      send(a, true, now + rttNs / 2, now, random, loss);
      send(b, false, now + rttNs / 2, now, random, loss);
      long next = Math.min(a.nextDeadlineNs(), b.nextDeadlineNs());
      next = wire.isEmpty() ? next : Math.min(next, wire.peek().atNs);
      assertTrue(next != IpStack.NONE && next - start < 3_600 * SECOND, what + ": stalled");
      now = Math.max(now, next);
      while (!wire.isEmpty() && wire.peek().atNs <= now) {
        Carried c = wire.poll();
        (c.toServer ? b : a).onPacket(c.packet, 0, c.packet.length, now);
      }
      a.onTick(now);
      b.onTick(now);
    }
    return now - start;
  }

  private void send(
      IpStack from, boolean toServer, long atNs, long now, SimRandom random, double loss) {
    for (int length; (length = from.pollPacket(buffer, 0, now)) > 0; ) {
      if (!random.chance(loss)) {
        wire.add(new Carried(atNs, toServer, Arrays.copyOf(buffer, length)));
      }
    }
  }

  private static IpStack stack(String address, String profile, long entropy) {
    return new IpStack(
        new StackOptions().addAddress(IpAddress.parse(address)).profile(TcpProfile.named(profile)),
        entropy,
        0);
  }
}
