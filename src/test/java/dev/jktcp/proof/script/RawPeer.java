package dev.jktcp.proof.script;

import java.util.function.Consumer;

/**
 * A client made of packets by hand, as an attacker makes one: it sends what it likes, whatever was
 * acknowledged, and shows the window it likes.
 */
public final class RawPeer {
  private static final int SEGMENT = 1_000;
  private static final int SHIFT = 7;

  private final byte[] own;
  private final byte[] other;
  private final int port;
  private final int otherPort;
  private final int stream;
  private final Consumer<byte[]> out;

  /** What its segments show from now on, before scaling. */
  public int window;

  /** Whether its SYN permits SACK. */
  public boolean sack;

  private int iss;
  private int rcvNxt;
  private int otherShift;
  private boolean open;
  private boolean reset;
  private int acked; // of our stream
  private int edge; // of our stream: what the other offers
  private int highestEdge;
  private int heard; // bytes of the other's stream, in order
  private int reported; // bytes of our stream in the blocks of the last packet

  /**
   * @param stream whose bytes it sends, as {@link TestBytes} has them
   */
  public RawPeer(
      byte[] own, int port, byte[] other, int otherPort, int stream, Consumer<byte[]> out) {
    this.own = own;
    this.port = port;
    this.other = other;
    this.otherPort = otherPort;
    this.stream = stream;
    this.out = out;
  }

  /** Sends its SYN. */
  public void open(int firstWindow) {
    window = firstWindow;
    iss = port * 1_000_003;
    TestPacket syn = packet(TestPacket.SYN, iss);
    syn.ack = 0;
    syn.options = TestPacket.parseOptions((sack ? "sackOK," : "") + "mss 1000,nop,wscale " + SHIFT);
    syn.window = Math.min(0xffff, firstWindow);
    out.accept(syn.encode());
  }

  /** A packet for it. */
  public void hear(TestPacket p) {
    if (p.has(TestPacket.RST)) {
      reset = true;
      return;
    }
    if (p.has(TestPacket.SYN)) {
      rcvNxt = p.seq + 1;
      otherShift = Math.max(0, p.option("wscale"));
      open = true;
      learn(p, 0);
      ack();
      return;
    }
    learn(p, otherShift);
    if (p.segmentLength() > 0) {
      if (p.seq == rcvNxt && window > 0) {
        rcvNxt += p.segmentLength();
        heard += p.payload.length;
      }
      ack(); // of a probe, too
    }
  }

  private void learn(TestPacket p, int shift) {
    acked = p.ack - iss - 1;
    edge = acked + (p.window << shift);
    highestEdge = Math.max(highestEdge, edge);
    int[] edges = p.sackEdges();
    reported = 0;
    for (int i = 0; i < edges.length; i += 2) {
      reported += edges[i + 1] - edges[i];
    }
  }

  /** Sends bytes of its stream, in segments. */
  public void send(int from, int to) {
    for (int at = from; at < to; at += SEGMENT) {
      int length = Math.min(SEGMENT, to - at);
      TestPacket p = packet(TestPacket.ACK, iss + 1 + at);
      p.payload = TestBytes.of(stream, at, length);
      out.accept(p.encode());
    }
  }

  /** Says where it is, and its window. */
  public void ack() {
    out.accept(packet(TestPacket.ACK, iss + 1 + acked).encode());
  }

  public void reset() {
    out.accept(packet(TestPacket.RST | TestPacket.ACK, iss + 1 + acked).encode());
  }

  private TestPacket packet(int flags, int seq) {
    TestPacket p = new TestPacket();
    p.src = own;
    p.dst = other;
    p.srcPort = port;
    p.dstPort = otherPort;
    p.flags = flags;
    p.seq = seq;
    p.ack = rcvNxt;
    p.window = window >> SHIFT;
    p.ttl = 64;
    return p;
  }

  public int port() {
    return port;
  }

  public boolean isOpen() {
    return open && !reset;
  }

  public boolean wasReset() {
    return reset;
  }

  /** Bytes of its stream that the other has acknowledged. */
  public int acked() {
    return acked;
  }

  /** Bytes of its stream that the other's last packet reported by SACK. */
  public int reported() {
    return reported;
  }

  /** Bytes of its stream that the other's window reaches to. */
  public int edge() {
    return edge;
  }

  /** The furthest that it ever reached. */
  public int highestEdge() {
    return highestEdge;
  }

  /** Bytes of the other's stream that it took. */
  public int heard() {
    return heard;
  }
}
