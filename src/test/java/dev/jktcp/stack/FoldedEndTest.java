package dev.jktcp.stack;

import static dev.jktcp.testkit.Tuned.probing;
import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is done to an end that is folded whenever it can be, and whether payload lies in its
 * packets: wire, events and bytes are as if it had never folded.
 */
class FoldedEndTest {
  private static final int SEEDS = 60;

  private static final class Run {
    private final Random draws;
    private final boolean folds;
    private final boolean lends;
    private final List<String> seen = new ArrayList<>();
    private final List<TcpConnection> ends = new ArrayList<>();
    private final IpStack[] stacks = new IpStack[2];
    private final byte[] packet = new byte[9_000];
    private final byte[] bytes = new byte[20_000];
    private final byte[][] lastSent = new byte[2][];
    private long nowNs;
    private int folded;

    Run(long seed, boolean folds, boolean lends, TcpProfile profile) {
      draws = new Random(seed);
      this.folds = folds;
      this.lends = lends;
      draws.nextBytes(bytes);
      nowNs = draws.nextInt(3) == 0 ? Long.MAX_VALUE - 7_000 * MS : draws.nextLong();
      for (int i = 0; i < 2; i++) {
        StackOptions options =
            new StackOptions()
                .addAddress(IpAddress.parse("10.0.0." + (1 + i)))
                .mtu(1_500)
                .idleLookNs(3_600_000 * MS) // never by itself
                .maxBytesHeld(1 << 21)
                .profile(profile);
        stacks[i] = new IpStack(options, i, 5);
      }
    }

    void go() throws Exception {
      stacks[1].listen(null, 80, 0);
      for (int step = 0; step < 120; step++) {
        if (ends.size() < 6 && draws.nextInt(4) == 0) {
          ends.add(stacks[0].connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), 80), nowNs));
        }
        if (!ends.isEmpty()) {
          act(ends.get(draws.nextInt(ends.size())));
        }
        settle(draws.nextInt(8) == 0 ? 30 : 0);
        if (folds) {
          fold();
        }
        passTime(draws.nextInt(4) == 0 ? draws.nextInt(60_000) : draws.nextInt(300));
        if (folds) {
          fold();
        }
      }
    }

    private void fold() throws ReflectiveOperationException {
      for (TcpConnection end : ends) {
        int name = end.localAddress().toString().endsWith(".1") ? 0 : 1;
        long ownNs = ((StackTime) Shape.field(stacks[name], "time")).clock().nowNs();
        end.onLook(ownNs);
        end.onLook(ownNs);
        folded += end.isFolded() ? 1 : 0;
      }
    }

    private void act(TcpConnection end) {
      int what = draws.nextInt(24);
      int length = draws.nextInt(4) == 0 ? draws.nextInt(20_000) : 1 + draws.nextInt(600);
      int more = draws.nextInt(100_000);
      int stack = draws.nextInt(2);
      switch (what) {
        case 0 -> end.end();
        case 1 -> {
          if (more % 4 == 0) {
            end.close(nowNs);
          }
        }
        case 2 -> {
          if (more % 4 == 0) {
            end.reset();
          }
        }
        case 3 -> end.markUrgent();
        case 4 -> end.tune(TcpTuning.DEFAULT.with(probing(2_000 * MS, 700 * MS, 3)), nowNs);
        case 5 -> end.tune(TcpTuning.DEFAULT, nowNs);
        case 6 -> end.tune(TcpTuning.DEFAULT.withMaxSegment(300 + more % 1_000), nowNs);
        case 7 ->
            end.tune(
                TcpTuning.DEFAULT.with(t -> t.userTimeout(Duration.ofNanos(5_000 * MS))), nowNs);
        case 8 -> stacks[stack].changeMtu(600 + more % 2_000);
        case 9 -> stacks[stack].changeMaxBytesHeld(1 << 17 + more % 5);
        case 10 -> {
          nowNs += (1_000 + more) * MS; // a stop
          stacks[0].onTick(nowNs);
          stacks[1].onTick(nowNs);
        }
        case 11 -> {
          if (more % 4 == 0) {
            end.leave(nowNs);
          }
        }
        case 12 -> {
          if (more % 16 == 0) {
            stacks[stack].abortAll(CloseReason.ABORTED, true, nowNs);
          }
        }
        case 13 -> note("info " + end.info(nowNs));
        case 14, 15 -> tooBig(stack, 576 + more % 900);
        default -> {
          int taken = end.write(bytes, 0, length, nowNs);
          note("wrote " + taken);
        }
      }
    }

    /** An ICMP message that quotes what was sent last. */
    private void tooBig(int to, int mtu) {
      byte[] quoted = lastSent[to];
      if (quoted == null) {
        return;
      }
      byte[] icmp = new byte[56];
      icmp[0] = 0x45;
      icmp[3] = 56;
      icmp[8] = 64;
      icmp[9] = 1;
      System.arraycopy(new byte[] {10, 0, 0, 9, 10, 0, 0, (byte) (1 + to)}, 0, icmp, 12, 8);
      sum(icmp, 0, 20, 10);
      icmp[20] = 3;
      icmp[21] = (byte) (mtu % 3 == 0 ? 1 : 4);
      icmp[26] = (byte) (mtu >> 8);
      icmp[27] = (byte) mtu;
      System.arraycopy(quoted, 0, icmp, 28, 28);
      sum(icmp, 20, 56, 22);
      stacks[to].onPacket(icmp, 0, 56, nowNs);
    }

    private static void sum(byte[] of, int from, int to, int at) {
      int sum = 0;
      for (int i = from; i < to; i += 2) {
        sum += (of[i] & 0xff) << 8 | of[i + 1] & 0xff;
      }
      sum = (sum & 0xffff) + (sum >>> 16);
      sum = ~((sum & 0xffff) + (sum >>> 16));
      of[at] = (byte) (sum >> 8);
      of[at + 1] = (byte) sum;
    }

    private void note(String what) {
      seen.add(nowNs + " " + what);
    }

    private void settle(int lossPercent) {
      boolean moved = true;
      for (int round = 0; moved && round < 400; round++) {
        moved = false;
        for (int i = 0; i < 2; i++) {
          IpStack from = stacks[i];
          IpStack to = stacks[1 - i];
          List<byte[]> batch = new ArrayList<>();
          for (int n; batch.size() < 20 && (n = from.pollPacket(packet, 0, nowNs)) > 0; ) {
            byte[] one = Arrays.copyOf(packet, n);
            note(i + " sent " + Arrays.hashCode(one) + HexFormat.of().formatHex(one, 20, 40));
            moved = true;
            lastSent[i] = one;
            if (draws.nextInt(100) >= lossPercent) {
              batch.add(one);
              if (lends) {
                to.onLentPacket(one, 0, n, nowNs);
              } else {
                to.onPacket(one, 0, n, nowNs);
              }
            }
          }
          events(to, 1 - i);
          to.releasePackets();
          batch.forEach(one -> Arrays.fill(one, (byte) 7));
        }
      }
    }

    private void events(IpStack stack, int name) {
      for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
        int events = c.takeEvents();
        note(name + " events " + events);
        if ((events & TcpConnection.ACCEPTED) != 0) {
          c.accept();
          ends.add(c);
        }
        int most =
            draws.nextInt(5) == 0 ? 0 : draws.nextInt(9) == 0 ? draws.nextInt(3_000) : 1 << 30;
        long sum = 0;
        for (Slice s; most > 0 && (s = c.read(most, nowNs)) != null; most -= s.length()) {
          for (int i = 0; i < s.length(); i++) {
            sum = 31 * sum + s.bytes()[s.offset() + i];
          }
        }
        note(name + " read " + sum);
      }
    }

    private void passTime(int ms) {
      long endNs = nowNs + ms * MS;
      for (int i = 0; i < 3_000 && nowNs - endNs < 0; i++) {
        long next = endNs;
        for (IpStack stack : stacks) {
          long due = stack.nextDeadlineNs();
          if (due != IpStack.NONE && due - next < 0) {
            next = due;
          }
        }
        if (next - nowNs > 0) {
          nowNs = next;
        }
        for (IpStack stack : stacks) {
          stack.onTick(nowNs);
        }
        settle(0);
      }
    }
  }

  /** The profiles, and each kind of recovery. */
  static Stream<TcpProfile> profiles() {
    return Stream.of(
        TcpProfile.RELIABLE_LINK,
        TcpProfile.RELIABLE_LINK.with(p -> p.rack(false)),
        TcpProfile.RELIABLE_LINK.with(p -> p.rack(false).sack(false)),
        TcpProfile.INTERNET,
        TcpProfile.INTERNET.withCongestionControl(CongestionControl.BBR),
        TcpProfile.STOP_AND_WAIT);
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void anEndThatFoldsWheneverItCan_isSeenByNobody(TcpProfile profile) throws Exception {
    int folded = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Run plain = new Run(seed, false, false, profile);
      plain.go();
      Run other = new Run(seed, true, seed % 2 == 0, profile);
      try {
        other.go();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
      for (int i = 0; i < Math.min(plain.seen.size(), other.seen.size()); i++) {
        assertEquals(plain.seen.get(i), other.seen.get(i), "seed " + seed + " at " + i);
      }
      assertEquals(plain.seen.size(), other.seen.size(), "seed " + seed);
      folded += other.folded;
    }
    assertTrue(folded > SEEDS, folded + " folded");
  }
}
