package dev.jktcp.stack;

import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;

/** ICMP messages of ours that wait for the transport, or for ourselves. Bounded. */
final class IcmpOutput {
  /** Each way: pings and errors are a courtesy. */
  private static final int MOST = 16;

  private final LocalAddresses addresses;
  private final StackCounters counters;
  private final ArrayDeque<byte[]> outward = new ArrayDeque<>();
  private final ArrayDeque<byte[]> inward = new ArrayDeque<>();

  IcmpOutput(LocalAddresses addresses, StackCounters counters) {
    this.addresses = addresses;
    this.counters = counters;
  }

  private ArrayDeque<byte[]> to(IpAddress remote) {
    return addresses.isOurs(remote) ? inward : outward;
  }

  /** Whether another may be added; if not, that is counted. */
  boolean hasRoomTo(IpAddress remote) {
    boolean room = to(remote).size() < MOST;
    counters.repliesDropped += room ? 0 : 1;
    return room;
  }

  /** There is room for it. */
  void add(IpAddress remote, byte[] packet) {
    to(remote).add(packet);
  }

  /** They were cut to another MTU; a ping is sent again. */
  void forget() {
    outward.clear();
    inward.clear();
  }

  boolean hasInward() {
    return !inward.isEmpty();
  }

  /** Writes the next one to others; 0 = there is none. */
  int pollOutward(byte[] to, int offset) {
    return poll(outward, to, offset);
  }

  /** Likewise to ourselves. */
  int pollInward(byte[] to, int offset) {
    return poll(inward, to, offset);
  }

  private static int poll(ArrayDeque<byte[]> queue, byte[] to, int offset) {
    if (queue.isEmpty()) { // as before nearly every packet
      return 0;
    }
    byte[] packet = queue.poll();
    System.arraycopy(packet, 0, to, offset, packet.length);
    return packet.length;
  }
}
