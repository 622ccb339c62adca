package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.connection.Negotiated;
import dev.jktcp.tcp.connection.Timestamps;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpSegment;
import org.junit.jupiter.api.Test;

/**
 * Options of a SYN travel in the timestamp of its answer (RFC 7323) while SYN cookies are in use.
 */
class CookieTimestampsTest {
  private static final IpAddress A = IpAddress.parse("10.0.0.1");

  private final SimRandom random = new SimRandom(7323);

  private static TcpSegment ack(boolean timestamps, int tsEcr) {
    byte[] packet = new byte[100];
    OutSegment out = new OutSegment();
    out.begin(A, 1, A, 2).ip(64, 0).tcp(TcpSegment.ACK, 1, 1);
    if (timestamps) {
      out.addTimestamps(5, tsEcr);
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

  private Negotiated drawn() {
    boolean scales = random.chance(0.8);
    int shift = scales ? random.below(15) : 0;
    return new Negotiated(1460, scales, shift, random.chance(0.5), true, random.chance(0.5));
  }

  @Test
  @Rfc({"4987 §3.6", "7323 MUST-§5.4(2)"})
  void options_comeBack_andTheClockIsNotAhead() {
    for (int i = 0; i < 10_000; i++) {
      Negotiated agreed = drawn();
      int offset = (int) random.nextLong();
      long nowNs = random.nextLong() >> 2;
      int tsVal = CookieTimestamps.make(agreed, offset, nowNs);
      int behind = Timestamps.clock(nowNs, offset) - tsVal;
      assertTrue(behind >= 0 && behind < 64, behind + " ms behind the clock");
      long later = nowNs + random.below(128_000) * MS;
      assertEquals(agreed, CookieTimestamps.agreedIn(ack(true, tsVal), 1460, offset, later));
    }
  }

  @Test
  @Rfc("4987 §3.6")
  void ackWithoutThem_orOfATimestampThatWasNotSent_agreesOnNothing() {
    for (int i = 0; i < 1_000; i++) {
      int offset = (int) random.nextLong();
      long nowNs = random.nextLong() >> 2;
      int tsVal = CookieTimestamps.make(drawn(), offset, nowNs);
      Negotiated nothing = Negotiated.remembered(536);
      assertEquals(nothing, CookieTimestamps.agreedIn(ack(false, tsVal), 536, offset, nowNs));
      assertEquals(nothing, CookieTimestamps.agreedIn(ack(true, tsVal + 64), 536, offset, nowNs));
      long late = nowNs + 128_200 * MS;
      assertEquals(nothing, CookieTimestamps.agreedIn(ack(true, tsVal), 536, offset, late));
    }
  }
}
