package dev.jktcp.stack;

import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;

/** Our ICMP messages that wait for the transport, or for the stack itself. Bounded. */
final class IcmpOutput {
  /** Messages each way: pings and errors are a courtesy. */
  private static final int MOST = 16;

  private final LocalAddresses addresses;
  private final StackCounters counters;
  private final ArrayDeque<byte[]> outward = new ArrayDeque<>();
  private final ArrayDeque<byte[]> inward = new ArrayDeque<>();
  private int waiting; // in both queues; 0 before nearly every packet

  IcmpOutput(LocalAddresses addresses, StackCounters counters) {
    this.addresses = addresses;
    this.counters = counters;
  }

  private ArrayDeque<byte[]> to(IpAddress remote) {
    return addresses.isOurs(remote) ? inward : outward;
  }

  /** Whether another message may be added; if not, it is counted as dropped. */
  boolean hasRoomTo(IpAddress remote) {
    boolean room = to(remote).size() < MOST;
    counters.repliesDropped += room ? 0 : 1;
    return room;
  }

  /** Adds a message, after {@link #hasRoomTo} returned true. */
  void add(IpAddress remote, byte[] packet) {
    to(remote).add(packet);
    waiting++;
  }

  /** Drops all messages after a change of the MTU to which they were cut; pings are sent again. */
  void forget() {
    outward.clear();
    inward.clear();
    waiting = 0;
  }

  boolean hasInward() {
    return !inward.isEmpty();
  }

  /** Writes the next message to others; 0 = none. */
  int pollOutward(byte[] to, int offset) {
    return poll(outward, to, offset);
  }

  /** Writes the next message to the stack itself; 0 = none. */
  int pollInward(byte[] to, int offset) {
    return poll(inward, to, offset);
  }

  private int poll(ArrayDeque<byte[]> queue, byte[] to, int offset) {
    if (waiting == 0 || queue.isEmpty()) {
      return 0;
    }
    waiting--;
    byte[] packet = queue.poll();
    System.arraycopy(packet, 0, to, offset, packet.length);
    return packet.length;
  }
}
