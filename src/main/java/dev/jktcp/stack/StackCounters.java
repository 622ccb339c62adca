package dev.jktcp.stack;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.RepairCounts;
import dev.jktcp.wire.DropReason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Counts of packets and events since the stack began. They only grow. */
public final class StackCounters {
  private final long[] dropped = new long[DropReason.values().length];
  private final long[] ended = new long[CloseReason.values().length];
  private final RepairCounts repairs = new RepairCounts();
  long packetsReceived;
  long packetsSent;
  long bytesReceived;
  long packetsLooped;
  long bytesSent;
  long connectionsOpened;
  long connectionsAccepted;
  long strays;
  long backlogDrops;
  long limitDrops;
  long repliesDropped;
  long timeWaitsEvicted;
  long memoryRefusals;
  long pathMtusLowered;
  long blackHoles;
  long cookiesSent;
  long cookiesAccepted;
  long cookiesRefused;
  long datagramsReceived;
  long datagramsSent;
  long datagramsUnheard;
  long datagramsDropped;
  long datagramsUnsent;
  long fragmentsReceived;
  long packetsReassembled;
  long reassembliesTimedOut;
  long reassembliesEvicted;

  void drop(DropReason reason) {
    dropped[reason.ordinal()]++;
  }

  void end(CloseReason reason) {
    ended[reason.ordinal()]++;
  }

  /**
   * Connections that ended for this reason, half-open ones and those that went to TIME-WAIT
   * included. Together with the live connections they are all that were opened and accepted.
   */
  public long ended(CloseReason reason) {
    return ended[reason.ordinal()];
  }

  /** Counts of segments sent again. */
  public RepairCounts repairs() {
    return repairs;
  }

  /** Packets dropped for this reason. */
  public long dropped(DropReason reason) {
    return dropped[reason.ordinal()];
  }

  /** The reasons that have occurred, with their counts. */
  public Map<DropReason, Long> dropped() {
    Map<DropReason, Long> map = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      if (dropped(reason) > 0) {
        map.put(reason, dropped(reason));
      }
    }
    return Collections.unmodifiableMap(map);
  }

  public long packetsReceived() {
    return packetsReceived;
  }

  public long packetsSent() {
    return packetsSent;
  }

  /** Bytes of whole IP packets. */
  public long bytesReceived() {
    return bytesReceived;
  }

  /** Bytes of whole IP packets. */
  public long bytesSent() {
    return bytesSent;
  }

  /** Packets from the stack to itself, which count as neither sent nor received. */
  public long packetsLooped() {
    return packetsLooped;
  }

  public long connectionsOpened() {
    return connectionsOpened;
  }

  public long connectionsAccepted() {
    return connectionsAccepted;
  }

  /** Segments that belonged to no connection and no listener. */
  public long strays() {
    return strays;
  }

  /**
   * SYNs, and ACKs that would have completed a handshake, dropped because their listener's backlog
   * was full.
   */
  public long backlogDrops() {
    return backlogDrops;
  }

  /** SYNs dropped because the stack holds as many connections as allowed. */
  public long limitDrops() {
    return limitDrops;
  }

  /**
   * RSTs and ACKs to strays, and SYN-ACKs with a cookie, that were not sent because of their rate
   * limit or a full queue.
   */
  public long repliesDropped() {
    return repliesDropped;
  }

  /** SYNs dropped because memory was used up. */
  public long memoryRefusals() {
    return memoryRefusals;
  }

  /** Times that a router reported a smaller path MTU than was known. */
  public long pathMtusLowered() {
    return pathMtusLowered;
  }

  /** Times that a path was found to drop large packets without an ICMP error (RFC 4821). */
  public long blackHoles() {
    return blackHoles;
  }

  /** TIME-WAIT records given up early because there were too many. */
  public long timeWaitsEvicted() {
    return timeWaitsEvicted;
  }

  /** SYNs beyond the limit of half-open connections, answered with a SYN cookie. */
  public long cookiesSent() {
    return cookiesSent;
  }

  /** Connections whose handshake a SYN cookie carried. */
  public long cookiesAccepted() {
    return cookiesAccepted;
  }

  /** ACKs to a listener, within two minutes of a SYN cookie, that acknowledge none. */
  public long cookiesRefused() {
    return cookiesRefused;
  }

  /** UDP datagrams that came to a port of ours, including those for which its queue had no room. */
  public long datagramsReceived() {
    return datagramsReceived;
  }

  /** UDP datagrams that went out, to ourselves included. */
  public long datagramsSent() {
    return datagramsSent;
  }

  /** UDP datagrams to a port without a user, or whose user has another peer. */
  public long datagramsUnheard() {
    return datagramsUnheard;
  }

  /** UDP datagrams dropped because their reader was too slow, or for want of memory. */
  public long datagramsDropped() {
    return datagramsDropped;
  }

  /**
   * UDP datagrams of ours refused because too many waited, or dropped because the MTU had become
   * too small for them.
   */
  public long datagramsUnsent() {
    return datagramsUnsent;
  }

  /** All fragments to us; useless ones count as dropped packets as well. */
  public long fragmentsReceived() {
    return fragmentsReceived;
  }

  public long packetsReassembled() {
    return packetsReassembled;
  }

  /** Packets with fragments missing when their time was over. */
  public long reassembliesTimedOut() {
    return reassembliesTimedOut;
  }

  /** Packets with some fragments received, given up because there were too many. */
  public long reassembliesEvicted() {
    return reassembliesEvicted;
  }
}
