package dev.jktcp.stack;

import static dev.jktcp.stack.DatagramLab.fragment;
import static dev.jktcp.stack.DatagramLab.ofB;
import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.wire.DropReason;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random walks: fragments of a few packets in any order, cut anywhere, twice, over each other and
 * with other bytes, while time passes; beside them the plainest reassembly there is, which keeps
 * each byte by itself.
 */
class ReassemblyWalkTest {
  private static final int WALKS = 3_000;
  private static final int STEPS = 120;
  private static final int IDS = 4;
  private static final int MOST = 3; // packets, one less than there are
  private static final int LENGTH = 8 * 12 + 3;
  private static final long LIFE = 60_000 * MS;

  /** A packet byte by byte, and which pieces it was given. */
  private static final class Plain {
    final long sinceNs;
    final byte[] bytes = new byte[256];
    final boolean[] here = new boolean[256];
    final Map<Integer, byte[]> pieces = new LinkedHashMap<>(); // by where they begin
    int end = -1;
    boolean givenUp;

    Plain(long sinceNs) {
      this.sinceNs = sinceNs;
    }

    /**
     * @return whether it goes with what is here
     */
    boolean add(byte[] piece, int at, boolean more) {
      byte[] before = pieces.get(at);
      boolean wasLast = end == at + piece.length;
      if (before != null && Arrays.equals(before, piece) && more != wasLast) return true;
      for (int i = at; i < at + piece.length; i++) {
        if (here[i]) return false;
      }
      if (more ? end >= 0 && at + piece.length >= end : end >= 0 || isAnyBehind(at)) return false;
      if (!more) end = at + piece.length;
      pieces.put(at, piece);
      System.arraycopy(piece, 0, bytes, at, piece.length);
      Arrays.fill(here, at, at + piece.length, true);
      return true;
    }

    private boolean isAnyBehind(int at) {
      for (int i = at; i < here.length; i++) {
        if (here[i]) return true;
      }
      return false;
    }

    boolean isWhole() {
      for (int i = 0; i < end; i++) {
        if (!here[i]) return false;
      }
      return end >= 0;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void walks_agreeWithThePlainestReassembly(boolean v6) throws Exception {
    int delivered = 0;
    int refusals = 0;
    for (int seed = 0; seed < WALKS; seed++) {
      Walk walk = new Walk(v6, seed);
      try {
        walk.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", step " + walk.step + ": " + e, e);
      }
      delivered += walk.delivered;
      refusals += walk.refused;
    }
    assertTrue(delivered > WALKS / 2, delivered + " datagrams"); // the walks reach something
    assertTrue(refusals > WALKS, refusals + " contradictions");
  }

  private static final class Walk {
    private final Random random;
    private final DatagramLab lab;
    private final UdpPort server;
    private final byte[] data;
    private final byte[] packet;
    private final byte[] payload; // of the packet: the datagram
    private final LinkedHashMap<Integer, Plain> plain = new LinkedHashMap<>(); // oldest first
    private final boolean honest;
    private int refused;
    private int delivered;
    private int step;

    Walk(boolean v6, int seed) throws StackException {
      random = new Random(seed);
      honest = seed % 2 == 0; // else contradictions leave little to deliver
      lab =
          new DatagramLab(
              DatagramLab.options("10.0.0.1", "fd00::1"),
              DatagramLab.options("10.0.0.2", "fd00::2").maxReassemblies(MOST));
      server = lab.b.bind(null, 53);
      data = new byte[LENGTH - 8];
      random.nextBytes(data);
      UdpPort client = lab.a.bind(null, 0);
      client.send(data, 0, data.length, ofB(v6), 53);
      packet = lab.poll(lab.a).get(0);
      payload = Arrays.copyOfRange(packet, packet.length - LENGTH, packet.length);
    }

    void run() {
      for (step = 0; step < STEPS; step++) {
        if (random.nextInt(40) == 0) pass(random.nextInt(2) * LIFE / 2 + random.nextInt(100) * MS);
        give();
      }
      pass(LIFE);
      assertEquals(0, lab.b.reassemblies());
      assertEquals(1024, lab.b.budget().held()); // the port
      assertEquals(IpStack.NONE, lab.b.nextDeadlineNs());
    }

    private void pass(long ns) {
      lab.nowNs += ns;
      lab.b.onTick(lab.nowNs);
      expire();
      lab.poll(lab.b); // what it says of that
      assertEquals(plain.size(), lab.b.reassemblies());
    }

    private void expire() {
      plain.values().removeIf(each -> lab.nowNs - each.sinceNs >= LIFE);
    }

    private void give() {
      int id = random.nextInt(IDS);
      int units = (LENGTH + 7) / 8;
      int at = 8 * random.nextInt(units);
      int length = 8 * (1 + random.nextInt(4));
      boolean more = at + length < LENGTH;
      if (!more) length = LENGTH - at;
      byte[] piece = Arrays.copyOfRange(payload, at, at + length);
      if (!honest && random.nextInt(8) == 0) piece[random.nextInt(length)] ^= 1;
      if (!honest && at > 0 && length % 8 == 0 && random.nextInt(16) == 0) more = !more;
      if (honest) { // the same cuts each time
        at = at / 24 * 24;
        more = at + 24 < LENGTH;
        piece = Arrays.copyOfRange(payload, at, more ? at + 24 : LENGTH);
      }
      lab.give(lab.b, fragment(packet, piece, at, more, id));
      expect(id, piece, at, more);
    }

    private void expect(int id, byte[] piece, int at, boolean more) {
      expire();
      Plain known = plain.get(id);
      if (known == null) {
        if (plain.size() == MOST) {
          Iterator<Plain> oldest = plain.values().iterator();
          oldest.next();
          oldest.remove();
        }
        known = new Plain(lab.nowNs);
        plain.put(id, known);
      }
      boolean taken = !known.givenUp && known.add(piece, at, more);
      if (!taken) {
        known.givenUp = true;
        refused++;
      }
      assertEquals(refused, lab.b.counters().dropped(DropReason.FRAGMENT));
      Datagram came = server.receive();
      if (taken && known.isWhole()) {
        plain.remove(id);
        boolean good =
            known.end >= LENGTH && Arrays.equals(known.bytes, 0, LENGTH, payload, 0, LENGTH);
        if (good) {
          delivered++;
          assertNotNull(came);
          assertArrayEquals(data, came.payload());
        } else {
          assertNull(came);
        }
      } else {
        assertNull(came);
      }
      assertEquals(plain.size(), lab.b.reassemblies());
    }
  }
}
