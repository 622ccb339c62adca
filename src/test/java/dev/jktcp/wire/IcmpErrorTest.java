package dev.jktcp.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.proof.script.TestPacket;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an ICMP error quotes of a segment, and what it cannot. */
class IcmpErrorTest {
  private final IpPacket ip = new IpPacket();
  private final IcmpError error = new IcmpError();

  private static byte[] message(boolean v6, String what) {
    TestPacket ours = new TestPacket();
    ours.src = IpAddress.parse(v6 ? "fd00::1" : "10.0.0.1").toBytes();
    ours.dst = IpAddress.parse(v6 ? "fd00::2" : "10.0.0.2").toBytes();
    ours.srcPort = 50_000;
    ours.dstPort = 80;
    ours.seq = 0xfedcba98;
    ours.flags = TestPacket.ACK;
    ours.payload = new byte[1000];
    return IcmpErrors.about(ours, what, 0xfffe);
  }

  /** Cuts the message, with an IP header that says so. */
  private boolean parse(byte[] message, boolean v6, int length) throws MalformedPacket {
    byte[] b = message.clone();
    if (v6) {
      TestPacket.put16(b, 4, length - 40);
    } else {
      TestPacket.put16(b, 2, length);
      TestPacket.put16(b, 10, 0);
      TestPacket.put16(b, 10, Checksum.finish(Checksum.add(0, b, 0, 20)));
    }
    ip.parse(b, 0, length);
    return error.parse(ip);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void quote_namesTheSegment(boolean v6) throws Exception {
    byte[] message = message(v6, v6 ? "1/4" : "3/3");
    assertTrue(parse(message, v6, message.length));
    assertEquals(v6 ? 1 : 3, error.type());
    assertEquals(v6 ? 4 : 3, error.code());
    assertEquals(IpAddress.parse(v6 ? "fd00::1" : "10.0.0.1"), error.src());
    assertEquals(IpAddress.parse(v6 ? "fd00::2" : "10.0.0.2"), error.dst());
    assertEquals(50_000, error.srcPort());
    assertEquals(80, error.dstPort());
    assertEquals(0xfedcba98, error.seq());
    assertEquals(v6 ? 1060 : 1040, error.quotedLength());
    assertEquals(0xfffe, error.nextHopMtu());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shorterQuote_isNone(boolean v6) throws Exception {
    byte[] message = message(v6, v6 ? "1/4" : "3/3");
    for (int length = (v6 ? 40 : 20) + 8; length < message.length; length++) {
      assertFalse(parse(message, v6, length), "of " + length + " bytes");
    }
  }

  /** A stack sends TCP, UDP and ICMP only, so an error about any other packet is not its own. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void quoteOfAnotherProtocol_isNone(boolean v6) throws Exception {
    byte[] message = message(v6, v6 ? "1/4" : "3/3");
    int quote = (v6 ? 40 : 20) + 8;
    for (int protocol = 0; protocol < 256; protocol++) {
      message[quote + (v6 ? 6 : 9)] = (byte) protocol;
      boolean ours = protocol == 6 || protocol == 17 || protocol == (v6 ? 58 : 1);
      assertEquals(ours, parse(message, v6, message.length), "protocol " + protocol);
      if (ours) {
        assertEquals(protocol, error.protocol());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0/0", "5/0", "8/0", "13/0"})
  void whatIsNoError_isNone(String what) throws Exception {
    byte[] message = message(false, what);
    assertFalse(parse(message, false, message.length));
  }

  /** RFC 4443 §2.1: errors are below 128. */
  @ParameterizedTest
  @ValueSource(strings = {"128/0", "129/0", "200/0", "255/0"})
  void whatInformsOnIpv6_isNone(String what) throws Exception {
    byte[] message = message(true, what);
    assertFalse(parse(message, true, message.length));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anyBytes_areParsedOrNot(boolean v6) throws Exception {
    Random random = new Random(4);
    byte[] message = message(v6, v6 ? "1/4" : "3/3");
    int quote = (v6 ? 40 : 20) + 8;
    for (int i = 0; i < 20_000; i++) {
      byte[] b = message.clone();
      for (int flips = random.nextInt(6); flips >= 0; flips--) {
        b[quote + random.nextInt(b.length - quote)] = (byte) random.nextInt();
      }
      parse(b, v6, quote + random.nextInt(b.length - quote + 1));
    }
  }
}
