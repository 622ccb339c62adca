package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Rfc;
import dev.jktcp.script.IcmpErrors;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 3 MB between two stacks of MTU 1500 through a router that from some time on takes 1300 bytes, and
 * tells by ICMP of each packet that it drops, or does not. Each way takes 5 ms.
 */
class NarrowPathTest {
  private static final long MS = 1_000_000;
  private static final long STEP_NS = 5 * MS;
  private static final int NARROW = 1_300;

  private final byte[] buffer = new byte[1_500];
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private List<byte[]> forth = new ArrayList<>();
  private List<byte[]> back = new ArrayList<>();
  private boolean v6;
  private IpStack client;
  private IpStack server;
  private TcpConnection up;
  private boolean silent;
  private long narrowFromNs;
  private long nowNs;

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.2, reliable-link, 0, 5000",
    "fd66::1, fd66::2, reliable-link, 0, 5000",
    "10.0.0.1, 10.0.0.2, internet, 100, 5000",
    "fd66::1, fd66::2, internet, 100, 5000",
    "10.0.0.1, 10.0.0.2, reliable-link, 100, 5000",
    "fd66::1, fd66::2, stop-and-wait, 100, 30000"
  })
  void everyByteArrives_withoutATimeout(
      String from, String to, String profile, long narrowFromMs, long withinMs) throws Exception {
    narrowFromNs = narrowFromMs * MS;
    open(from, to, profile);
    TcpInfo info = transfer(3_000_000, withinMs);
    assertEquals(NARROW - (v6 ? 60 : 40) - options(profile), info.mss());
    assertEquals(0, info.timeouts());
    assertEquals(0, info.fastRetransmits());
    assertTrue(info.retransmits() > 0, "nothing was too big");
    assertEquals(1, client.narrowPaths());
    assertEquals(1, client.counters().pathMtusLowered());
  }

  /** The router says nothing: timeouts tell, and single larger segments that are tried after it. */
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.2, reliable-link, 100, 10000",
    "fd66::1, fd66::2, reliable-link, 100, 10000",
    "10.0.0.1, 10.0.0.2, internet, 100, 30000",
    "fd66::1, fd66::2, internet, 100, 30000",
    "fd66::1, fd66::2, internet, 0, 30000"
  })
  @Rfc("4821 §7.7")
  void everyByteArrives_thoughTheRouterIsSilent(
      String from, String to, String profile, long narrowFromMs, long withinMs) throws Exception {
    narrowFromNs = narrowFromMs * MS;
    silent = true;
    open(from, to, profile);
    TcpInfo info = transfer(3_000_000, withinMs);
    int headers = (v6 ? 60 : 40) + options(profile);
    assertEquals(1_280 - headers, info.mss());
    assertTrue(info.timeouts() <= 6, info.timeouts() + " timeouts");
    assertEquals(0, client.counters().pathMtusLowered());
    assertEquals(1, client.counters().blackHoles());
    assertEquals(1, client.narrowPaths());

    TcpConnection first = up;
    up = client.connect(ConnectRequest.to(first.remoteAddress(), 80), nowNs);
    TcpInfo next = transfer(100_000, withinMs + 10_000);
    assertEquals(0, next.timeouts(), "the next connection knows the path");
    assertEquals(1_280 - headers, next.mss());
  }

  /** What was remembered is forgotten after ten minutes. One segment tries what the path takes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc({"1191 §6.3", "4821 §7.7"})
  void pathOfASilentRouter_isTriedAgainAfterTenMinutes(boolean stillNarrow) throws Exception {
    silent = true;
    open("fd66::1", "fd66::2", "reliable-link");
    transfer(1_000_000, 10_000);
    assertEquals(1_220 - 12, up.info(nowNs).mss());
    narrowFromNs = stillNarrow ? 0 : Long.MAX_VALUE;
    long timeouts = up.info(nowNs).timeouts();
    while (nowNs < 650_000 * MS) {
      transfer(1_000, nowNs / MS + 1_000);
      for (int i = 0; i < 100; i++) {
        step();
      }
    }
    TcpInfo info = transfer(1_000_000, 660_000);
    assertEquals((stillNarrow ? 1_220 : 1_440) - 12, info.mss());
    assertEquals(timeouts, info.timeouts());
    assertEquals(stillNarrow ? 1 : 0, client.narrowPaths());
  }

  private void open(String from, String to, String profile) throws StackException {
    v6 = from.contains(":");
    client = stack(from, profile, 1);
    server = stack(to, profile, 2);
    server.listen(null, 80, 0);
    up = client.connect(ConnectRequest.to(IpAddress.parse(to), 80), nowNs);
  }

  private TcpInfo transfer(int bytes, long withinMs) {
    byte[] sent = new byte[bytes];
    new Random(1).nextBytes(sent);
    received.reset();
    int written = 0;
    while (received.size() < sent.length) {
      assertTrue(nowNs < withinMs * MS, received.size() + " bytes after " + withinMs + " ms");
      written += up.write(sent, written, sent.length - written, nowNs);
      step();
    }
    assertArrayEquals(sent, received.toByteArray());
    return up.info(nowNs);
  }

  /** Timestamps, in each segment. */
  private static int options(String profile) {
    return TcpProfile.named(profile).timestamps() ? 12 : 0;
  }

  private static IpStack stack(String address, String profile, long entropy) {
    StackOptions options = new StackOptions().profile(TcpProfile.named(profile)).mtu(1_500);
    return new IpStack(options.addAddress(IpAddress.parse(address)), entropy, 0);
  }

  /** What was sent in the last step arrives, and the receiver reads. */
  private void step() {
    nowNs += STEP_NS;
    List<byte[]> toServer = forth;
    List<byte[]> toClient = back;
    forth = new ArrayList<>();
    back = new ArrayList<>();
    toServer.forEach(p -> server.onPacket(p, 0, p.length, nowNs));
    toClient.forEach(p -> client.onPacket(p, 0, p.length, nowNs));
    read();
    client.onTick(nowNs);
    server.onTick(nowNs);
    for (byte[] p; (p = poll(client)) != null; ) {
      if (p.length > NARROW && nowNs >= narrowFromNs) {
        if (!silent) {
          back.add(tooBig(p));
        }
      } else {
        forth.add(p);
      }
    }
    for (byte[] p; (p = poll(server)) != null; ) {
      back.add(p);
    }
  }

  private void read() {
    for (TcpConnection c; (c = server.pollEvent()) != null; ) {
      if ((c.takeEvents() & TcpConnection.ACCEPTED) != 0) {
        c.accept();
      }
      for (Slice slice; (slice = c.read(Integer.MAX_VALUE, nowNs)) != null; ) {
        received.write(slice.bytes(), slice.offset(), slice.length());
      }
    }
    while (client.pollEvent() != null) {}
  }

  private byte[] poll(IpStack stack) {
    int length = stack.pollPacket(buffer, 0, nowNs);
    return length == 0 ? null : Arrays.copyOf(buffer, length);
  }

  private byte[] tooBig(byte[] packet) {
    byte[] router = IpAddress.parse(v6 ? "fd66::99" : "10.0.0.99").toBytes();
    byte[] to = Arrays.copyOfRange(packet, v6 ? 8 : 12, v6 ? 24 : 16);
    byte[] quote = Arrays.copyOf(packet, v6 ? 48 : 28);
    return IcmpErrors.encode(router, to, v6 ? 2 : 3, v6 ? 0 : 4, NARROW, quote);
  }
}
