package dev.jktcp.proof.golden;

import java.util.HashMap;
import java.util.Map;

/** What becomes of named segments; the first is 1. A retransmission has its segment's number. */
final class Faults implements Line.Fate {
  private final int mss;
  private final Map<Long, Integer> losses = new HashMap<>();
  private final Map<Long, Integer> overtakers = new HashMap<>();
  private int syns;
  private int fins;

  Faults(int mss) {
    this.mss = mss;
  }

  void loseSyns(int times) {
    syns = times;
  }

  /** Of FINs without data. */
  void loseFins(int times) {
    fins = times;
  }

  void lose(long from, long to, int times) {
    for (long segment = from; segment <= to; segment++) {
      losses.put(segment, times);
    }
  }

  /** So many later segments arrive before it. */
  void overtake(long segment, int by) {
    overtakers.put(segment, by);
  }

  @Override
  public boolean loses(Seen packet, long nowNs) {
    if (packet.syn()) {
      return syns-- > 0;
    }
    if (packet.length() == 0) {
      return packet.fin() && fins-- > 0;
    }
    int left = losses.getOrDefault(number(packet), 0);
    losses.put(number(packet), left - 1);
    return left > 0;
  }

  @Override
  public int overtakers(Seen packet) {
    Integer by = packet.length() == 0 ? null : overtakers.remove(number(packet));
    return by == null ? 0 : by;
  }

  private long number(Seen packet) {
    return packet.offset() / mss + 1;
  }
}
