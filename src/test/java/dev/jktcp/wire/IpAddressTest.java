package dev.jktcp.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as text and as bytes, held against the JDK. */
class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "10.0.200.3, 10.0.200.3",
    "::, ::",
    "0:0:0:0:0:0:0:0, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:db8::1, 2001:db8::1",
    // RFC 5952 §4.1: no leading zeros
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:0:0aaa, 2001:db8::aaa",
    // §4.2.1: shortened as much as possible
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8::0:1, 2001:db8::1",
    // §4.2.2: not for one group alone
    "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    // §4.2.3: the longest run, of equal ones the first
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "0:0:1:0:0:1:0:0, ::1:0:0:1:0:0",
    "1:0:0:2:3:0:0:0, 1:0:0:2:3::",
    // §4.3: lower case
    "2001:DB8::AbCd:EF, 2001:db8::abcd:ef",
    // §5: the dotted tail where the prefix says what it is
    "::ffff:192.0.2.1, ::ffff:192.0.2.1",
    "::FFFF:c000:0201, ::ffff:192.0.2.1",
    "0:0:0:0:0:ffff:0:0, ::ffff:0.0.0.0",
    "::192.0.2.1, ::c000:201",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
    "1:2:3:4:5::1.2.3.4, 1:2:3:4:5:0:102:304",
  })
  void literal_readsAndFormatsCanonically(String text, String canonical) {
    IpAddress address = IpAddress.parse(text);
    assertEquals(canonical, address.toString());
    assertEquals(address, IpAddress.parse(canonical));
    assertEquals(address.hashCode(), IpAddress.parse(canonical).hashCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "localhost",
        "example.org",
        "1",
        "1.2.3",
        "1.2.3.",
        ".1.2.3",
        "1.2.3.4.",
        "1.2.3.4.5",
        "1..2.3",
        "256.1.1.1",
        "1.2.3.256",
        "1.2.3.1000",
        "01.2.3.4",
        "1.2.3.00",
        "1.2.3.-4",
        "+1.2.3.4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "0x1.2.3.4",
        "1.2.3.4/8",
        "١.2.3.4",
        ":",
        ":::",
        "::::",
        "1",
        "1:2",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        ":2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:",
        "1:2:3:4:5:6:7:8:9",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8::",
        "1:2:3:4::5:6:7:8",
        "1::2::3",
        "1:::2",
        "12345::",
        "g::",
        "-1::",
        "::1 ",
        "[::1]",
        "fe80::1%",
        "fe80::%eth0::1",
        "10.0.0.1%eth0",
        "::1/64",
        "::1.2.3",
        "::1.2.3.4.5",
        "::1.2.3.4:5",
        "::256.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4::",
        "١::",
      })
  void textThatIsNoLiteral_isRefusedInOneLine(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text)).getMessage();
    assertEquals("\"" + text + "\" is not an IP address", message);
  }

  /** RFC 4007 §11. */
  @Test
  void zone_isIgnored() {
    assertEquals(IpAddress.parse("fe80::1"), IpAddress.parse("fe80::1%eth0"));
    assertEquals(IpAddress.parse("ff02::1"), IpAddress.parse("ff02::1%3"));
    assertEquals("fe80::1", IpAddress.parse("fe80::1%eth0.1").toString());
  }

  @Test
  void hostileText_doesNotBreakTheMessage() {
    String text = "1\n2\u001b[31m:" + "x".repeat(100_000);
    String message =
        assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text)).getMessage();
    assertTrue(message.startsWith("\"1?2?[31m:xxx"), message);
    assertTrue(message.length() < 100, message);
  }

  @Test
  void randomAddresses_agreeWithTheJdk() throws UnknownHostException {
    Random random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      byte[] raw = randomAddress(random);
      InetAddress jdk = InetAddress.getByAddress(raw);
      IpAddress ours = IpAddress.of(raw);
      assertArrayEquals(raw, ours.toBytes());
      assertEquals(ours, IpAddress.parse(jdk.getHostAddress()));
      assertEquals(ours, IpAddress.parse(ours.toString()));
      assertEquals(jdk, InetAddress.getByName(ours.toString()));
      assertEquals(jdk.isMulticastAddress(), ours.isMulticast());
      assertEquals(jdk.isLoopbackAddress(), ours.isLoopback());
      assertEquals(jdk.isAnyLocalAddress(), ours.isUnspecified());
    }
  }

  /**
   * Many zeros, so that runs of every place and length turn up; never v4-mapped, which the JDK
   * makes an IPv4 address of.
   */
  private static byte[] randomAddress(Random random) {
    byte[] raw = new byte[random.nextInt(4) == 0 ? 4 : 16];
    random.nextBytes(raw);
    for (int i = 0; i < raw.length; i += 2) {
      if (random.nextBoolean()) {
        raw[i] = 0;
        raw[i + 1] &= (byte) -random.nextInt(2);
      }
    }
    if (raw.length == 16 && raw[10] == (byte) 0xFF) {
      raw[10] = 1;
    }
    return raw;
  }

  @Test
  void wrongNumberOfBytes_isRefused() {
    for (int length : new int[] {0, 3, 5, 15, 17}) {
      assertThrows(IllegalArgumentException.class, () -> IpAddress.of(new byte[length]));
    }
  }

  @Test
  void addressInPacketBytes_isReadBack() {
    byte[] b = new byte[40];
    Packets.V6_A.write(b, 3);
    Packets.V4_A.write(b, 21);
    assertEquals(Packets.V6_A, IpAddress.v6(b, 3));
    assertEquals(Packets.V4_A, IpAddress.v4(b, 21));
  }

  @Test
  void halves_areTheBitsUnsigned() {
    assertEquals(0, IpAddress.parse("255.0.0.1").hi());
    assertEquals(0xFF00_0001L, IpAddress.parse("255.0.0.1").lo());
    assertEquals(0xFF02_0000_0000_0000L, IpAddress.parse("ff02::8000:0:0:1").hi());
    assertEquals(0x8000_0000_0000_0001L, IpAddress.parse("ff02::8000:0:0:1").lo());
  }

  @Test
  void families_neverEqualEachOther() {
    assertNotEquals(IpAddress.parse("1.2.3.4"), IpAddress.parse("::ffff:1.2.3.4"));
    assertNotEquals(IpAddress.parse("0.0.0.1"), IpAddress.parse("::1"));
    assertNotEquals(IpAddress.parse("0.0.0.0"), IpAddress.parse("::"));
    assertNotEquals(IpAddress.parse("1::"), IpAddress.parse("::"));
    assertNotEquals(IpAddress.parse("::1"), null);
  }

  @Test
  void sorting_isByFamilyThenUnsignedNumber() {
    List<IpAddress> sorted =
        List.of(
            IpAddress.parse("0.0.0.0"),
            IpAddress.parse("127.0.0.1"),
            IpAddress.parse("224.0.0.1"),
            IpAddress.parse("::"),
            IpAddress.parse("::1"),
            IpAddress.parse("::8000:0:0:0"),
            IpAddress.parse("2001:db8::"),
            IpAddress.parse("ff02::1"));
    List<IpAddress> shuffled = Arrays.asList(sorted.toArray(IpAddress[]::new));
    Collections.shuffle(shuffled, new Random(4));
    Collections.sort(shuffled);
    assertEquals(sorted, shuffled);
  }

  @Test
  void specialAddresses_areRecognised() {
    assertTrue(IpAddress.parse("255.255.255.255").isLimitedBroadcast());
    assertFalse(IpAddress.parse("::ffff:255.255.255.255").isLimitedBroadcast());
    assertTrue(IpAddress.parse("239.1.2.3").isMulticast());
    assertFalse(IpAddress.parse("240.1.2.3").isMulticast());
    assertFalse(IpAddress.parse("223.255.255.255").isMulticast());
    assertTrue(IpAddress.parse("127.255.0.1").isLoopback());
    assertFalse(IpAddress.parse("::127.0.0.1").isLoopback());
  }
}
