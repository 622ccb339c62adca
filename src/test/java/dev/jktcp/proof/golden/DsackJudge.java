package dev.jktcp.proof.golden;

import dev.jktcp.tcp.TcpInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which recoveries the peer's DSACKs prove to have been for nothing: those of which each segment
 * sent again arrived twice (RFC 3708 §3). It looks at packets and at the number of recoveries, and
 * at nothing that the sender concludes.
 */
final class DsackJudge implements Watcher {
  /** Segments by the offset at which they begin: what is sent again is always a whole one. */
  private static final class Recovery {
    final Set<Long> again = new HashSet<>();
    final Set<Long> twice = new HashSet<>();
  }

  private final List<Recovery> recoveries = new ArrayList<>();
  private final List<Long> again = new ArrayList<>(); // in this step
  private long end;
  private long probes;

  @Override
  public void onSent(Seen packet, long nowNs) {
    if (packet.length() > 0 && packet.offset() < end) {
      again.add(packet.offset());
    }
    end = Math.max(end, packet.end());
  }

  @Override
  public void onArriving(Seen packet, long nowNs) {
    if (packet.twice() == packet.ack()) {
      return;
    }
    for (Recovery recovery : recoveries) {
      if (recovery.again.contains(packet.twice()) && recovery.twice.add(packet.twice())) {
        return;
      }
    }
  }

  @Override
  public void onStep(TcpInfo info, long nowNs) {
    while (recoveries.size() < info.fastRetransmits() + info.timeouts()) {
      recoveries.add(new Recovery());
    }
    if (info.probes() == probes && !again.isEmpty()) {
      recoveries.get(recoveries.size() - 1).again.addAll(again);
    }
    probes = info.probes();
    again.clear();
  }

  int begun() {
    return recoveries.size();
  }

  /** A recovery that sent nothing again counts: all had arrived before it could. */
  int proved() {
    return (int) recoveries.stream().filter(each -> each.twice.containsAll(each.again)).count();
  }
}
