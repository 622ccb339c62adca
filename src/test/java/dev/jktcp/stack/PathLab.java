package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * A client that sends to a server through a router which drops packets for their size. Each way
 * takes 5 ms.
 */
final class PathLab {
  private static final long STEP_NS = 5 * MS;

  /** What the router does with a packet of this length, the n-th of those that came together. */
  interface Router {
    boolean drops(int length, int nth, long nowNs);
  }

  final IpStack client;
  private final IpStack server;
  private final boolean v6;
  private final Router router;
  private final int told; // by ICMP; 0: the router is silent
  private final byte[] buffer = new byte[9_000];
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private List<byte[]> forth = new ArrayList<>();
  private List<byte[]> back = new ArrayList<>();
  long nowNs;
  int largest; // packet that the client has sent

  PathLab(String from, String to, UnaryOperator<StackOptions> options, Router router, int told)
      throws StackException {
    v6 = from.contains(":");
    this.router = router;
    this.told = told;
    client = stack(from, options, 1);
    server = stack(to, options, 2);
    server.listen(null, 80, 0);
  }

  private static IpStack stack(String address, UnaryOperator<StackOptions> options, long entropy) {
    StackOptions made = options.apply(new StackOptions());
    return new IpStack(made.addAddress(IpAddress.parse(address)), entropy, 0);
  }

  TcpConnection connect() throws StackException {
    IpAddress to = server.options().addresses().get(0);
    return client.connect(ConnectRequest.to(to, 80), nowNs);
  }

  /** The server reads so many bytes that the client writes now, within the time. */
  TcpInfo transfer(TcpConnection up, int bytes, long withinMs) {
    byte[] sent = new byte[bytes];
    new Random(1).nextBytes(sent);
    received.reset();
    int written = 0;
    long untilNs = nowNs + withinMs * MS;
    while (received.size() < sent.length) {
      assertTrue(nowNs < untilNs, received.size() + " bytes after " + withinMs + " ms");
      written += up.write(sent, written, sent.length - written, nowNs);
      step();
    }
    assertArrayEquals(sent, received.toByteArray());
    return up.info(nowNs);
  }

  void pass(long ms) {
    for (long untilNs = nowNs + ms * MS; nowNs < untilNs; ) {
      step();
    }
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
    int nth = 0;
    for (byte[] p; (p = poll(client)) != null; nth++) {
      largest = Math.max(largest, p.length);
      if (!router.drops(p.length, nth, nowNs)) {
        forth.add(p);
      } else if (told > 0) {
        back.add(tooBig(p));
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
    return IcmpErrors.encode(router, to, v6 ? 2 : 3, v6 ? 0 : 4, told, quote);
  }
}
