package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpSegment;
import org.junit.jupiter.api.Test;

/** The timestamp clock, the offset of a pair, and TS.Recent (RFC 7323 §5). */
class TimestampsTest {
  private static final long DAY = 86_400_000L * MS;
  private static final IpAddress A = IpAddress.parse("10.0.0.1");
  private static final IpAddress B = IpAddress.parse("10.0.0.2");

  private final byte[] packet = new byte[100];

  /** A segment as it comes from the wire. */
  private TcpSegment segment(int seq, Integer tsVal) {
    OutSegment out = new OutSegment();
    out.begin(A, 1, B, 2).ip(64, 0).tcp(TcpSegment.ACK, seq, 1);
    if (tsVal != null) {
      out.addTimestamps(tsVal, 0);
    }
    TcpSegment parsed = new TcpSegment();
    try {
      IpPacket ip = new IpPacket();
      ip.parse(packet, 0, PacketWriter.tcp(packet, 0, out));
      parsed.parse(ip, true);
    } catch (MalformedPacket e) {
      throw new AssertionError(e);
    }
    return parsed;
  }

  private static Timestamps opened(int tsVal, int rcvNxt) {
    Timestamps timestamps = new Timestamps(77);
    timestamps.open(tsVal, rcvNxt, 0);
    return timestamps;
  }

  private static void accept(Timestamps timestamps, TcpSegment segment, long outsideNs) {
    if (timestamps.advancesBy(segment)) {
      timestamps.advance(segment, outsideNs);
    }
  }

  @Test
  @Rfc({"7323 MUST-§5.4(1)", "7323 SHLD-§5.4(1)", "7323 MUST-§5.4(2)"})
  void clock_ticksEachMillisecond_andNeverBack() {
    Timestamps timestamps = new Timestamps(Integer.MAX_VALUE - 2);
    int before = timestamps.value(-5 * MS);
    for (long now = -5 * MS; now < 5 * MS; now += MS / 4) {
      int value = timestamps.value(now);
      assertTrue(value - before >= 0 && value - before <= 1, "at " + now);
      before = value;
    }
    assertEquals(10, timestamps.value(5 * MS) - timestamps.value(-5 * MS));
  }

  @Test
  @Rfc({"7323 MUST-§4.3(1)", "7323 MUST-§5.2(1)"})
  void recent_isOfTheFirstSegmentThatTheNextAckAnswers() {
    Timestamps timestamps = opened(100, 1);
    accept(timestamps, segment(1, 110), 0);
    assertEquals(110, timestamps.recent());
    accept(timestamps, segment(11, 120), 0); // behind a segment that is not acknowledged yet
    assertEquals(110, timestamps.recent());
    timestamps.add(new OutSegment(), TcpSegment.ACK, 21, 0);
    accept(timestamps, segment(31, 130), 0); // behind a hole
    assertEquals(110, timestamps.recent());
    accept(timestamps, segment(21, 125), 0); // it fills the hole
    assertEquals(125, timestamps.recent());
    accept(timestamps, segment(21, null), 0);
    assertEquals(125, timestamps.recent());
  }

  @Test
  @Rfc("7323 MUST-§5.3(1)")
  void old_isWhatIsBelowRecent_moduloTwoToThe32() {
    for (int recent : new int[] {0, 5, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      Timestamps timestamps = opened(recent, 1);
      assertFalse(timestamps.isOld(segment(1, recent), 0));
      assertFalse(timestamps.isOld(segment(1, recent + 1), 0));
      assertFalse(timestamps.isOld(segment(1, recent + Integer.MAX_VALUE), 0));
      assertTrue(timestamps.isOld(segment(1, recent - 1), 0));
      assertTrue(timestamps.isOld(segment(1, recent - Integer.MAX_VALUE), 0));
      assertFalse(timestamps.isOld(segment(1, null), 0));
      assertTrue(timestamps.expects(segment(1, recent), TcpTuning.DEFAULT));
      assertTrue(timestamps.expects(segment(1, null), TcpTuning.DEFAULT));
      assertFalse(timestamps.expects(segment(1, recent - 1), TcpTuning.DEFAULT));
    }
  }

  @Test
  @Rfc("7323 §5.5")
  void recent_isBelievedFor24Days() {
    Timestamps timestamps = opened(100, 1);
    assertTrue(timestamps.isOld(segment(1, 99), 24 * DAY - 1));
    assertFalse(timestamps.isOld(segment(1, 99), 24 * DAY));
    accept(timestamps, segment(1, 99), 24 * DAY);
    assertEquals(99, timestamps.recent());
    assertTrue(timestamps.isOld(segment(1, 98), 48 * DAY - 1));
    assertFalse(timestamps.isOld(segment(1, 98), 48 * DAY));
  }

  @Test
  @Rfc("7323 §5.5")
  void fold_keepsWhatIsBelieved() {
    Timestamps timestamps = opened(100, 1);
    accept(timestamps, segment(1, 110), 3 * DAY);
    IdleEnd idle = new IdleEnd();
    timestamps.fold(idle);
    idle.rcvNxt = 41;
    Timestamps again = new Timestamps(77);
    again.unfold(idle);
    assertEquals(timestamps.value(5 * MS), again.value(5 * MS));
    assertEquals(110, again.recent());
    assertTrue(again.isOld(segment(41, 109), 27 * DAY - 1));
    assertFalse(again.isOld(segment(41, 109), 27 * DAY));
    accept(again, segment(42, 111), 0);
    assertEquals(110, again.recent());
    accept(again, segment(41, 111), 0);
    assertEquals(111, again.recent());
  }

  /** Ports do not count: TIME-WAIT at the peer knows the pair by them, and NAT may change them. */
  @Test
  @Rfc("7323 §7.1")
  void offset_isOfThePairAndTheSecret() {
    TimestampOffsets offsets = new TimestampOffsets(new SipHash(1, 2));
    IpAddress v6 = IpAddress.parse("fd00::1");
    assertEquals(offsets.of(A, B), offsets.of(A, B));
    assertNotEquals(offsets.of(A, B), offsets.of(B, A));
    assertNotEquals(offsets.of(A, B), offsets.of(A, A));
    assertNotEquals(offsets.of(v6, v6), offsets.of(v6, IpAddress.parse("fd00:0:0:1::1")));
    assertNotEquals(offsets.of(A, B), new TimestampOffsets(new SipHash(1, 3)).of(A, B));
  }
}
