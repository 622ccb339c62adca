package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Round trips from a microsecond to two seconds, with and without loss: where other stacks stopped
 * for good after a loss on a very short path, or for minutes after a lost SYN.
 */
class RttSweepTest {
  private static final int SIZE = 100_000;
  private static final long[] RTTS = {
    1_000, 20_000, 300_000, 5 * MS, 40 * MS, 150 * MS, 250 * MS, 600 * MS, 2 * SECOND
  };

  private static final double SHARE_LATE = 0.03;

  private record Carried(long atNs, long order, boolean toServer, byte[] packet) {}

  /** What a path does to packets, and what came of a transfer over it. */
  private record Path(long rttNs, double loss, boolean reorders) {}

  private record Run(long tookNs, TcpInfo info) {}

  private final byte[] buffer = new byte[1400];
  private final PriorityQueue<Carried> wire =
      new PriorityQueue<>(
          Comparator.comparingLong(Carried::atNs).thenComparingLong(Carried::order));
  private long order;

  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet"})
  void withoutLoss_takesAFewRoundTrips(String profile) throws Exception {
    for (long rtt : RTTS) {
      long took = transfer(profile, new Path(rtt, 0, false), 1).tookNs;
      // Slow start, from one segment where the round trip outlasted the SYN's timer.
      assertTrue(took <= 14 * rtt + 50 * MS, "rtt " + rtt + " ns took " + took / MS + " ms");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet", "stop-and-wait"})
  void withLoss_arrivesAllTheSame(String profile) throws Exception {
    for (long rtt : RTTS) {
      for (int seed = 1; seed <= 10; seed++) {
        transfer(profile, new Path(rtt, 0.02, false), seed);
      }
    }
  }

  /** Late by up to half a round trip: no timeout, and little is sent again for nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet"})
  void withReordering_needsNoTimeout(String profile) throws Exception {
    for (long rtt : RTTS) {
      long again = 0;
      for (int seed = 1; seed <= 10; seed++) {
        TcpInfo info = transfer(profile, new Path(rtt, 0, true), seed).info;
        boolean synInTime = rtt < TcpProfile.named(profile).initialRtoNs() / 2;
        assertTrue(!synInTime || info.timeouts() == 0, "rtt " + rtt + ": " + info);
        again += info.bytesRetransmitted();
      }
      assertTrue(again <= SIZE, "rtt " + rtt + ": of 10 times " + SIZE + " again " + again);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet", "stop-and-wait"})
  void withLossAndReordering_arrivesAllTheSame(String profile) throws Exception {
    for (long rtt : RTTS) {
      for (int seed = 1; seed <= 10; seed++) {
        transfer(profile, new Path(rtt, 0.02, true), seed);
      }
    }
  }

  /** From the SYN to the last byte. */
  private Run transfer(String profile, Path path, long seed) throws Exception {
    String what = profile + ", " + path + ", seed " + seed;
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
      send(a, true, now, random, path);
      send(b, false, now, random, path);
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
    return new Run(now - start, out.info(now));
  }

  private void send(IpStack from, boolean toServer, long now, SimRandom random, Path path) {
    for (int length; (length = from.pollPacket(buffer, 0, now)) > 0; ) {
      if (random.chance(path.loss)) {
        continue;
      }
      long late =
          path.reorders && random.chance(SHARE_LATE) ? random.between(1, path.rttNs / 2) : 0;
      long atNs = now + path.rttNs / 2 + late;
      wire.add(new Carried(atNs, order++, toServer, Arrays.copyOf(buffer, length)));
    }
  }

  private static IpStack stack(String address, String profile, long entropy) {
    return new IpStack(
        new StackOptions().addAddress(IpAddress.parse(address)).profile(TcpProfile.named(profile)),
        entropy,
        0);
  }
}
