package dev.jktcp.proof.sim;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.connection.TcpConnection;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a node was told of its paths' MTUs, and what must follow (RFC 1191, RFC 8201): a message
 * that is believed makes segments as small as it says, never larger; nothing else of the connection
 * changes; and for ten minutes no packet to there is larger.
 */
final class PathJudge {
  private static final long REMEMBERED_NS = 600_000_000_000L;
  private static final int[] PLATEAUS = {
    32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296, 68
  };

  /**
   * Figures that follow from the size of segments, or from the loss of those that are too large.
   */
  private static final Set<String> OF_SIZE =
      Set.of("mss", "pathMtu", "lostBytes", "reorderingWindowNs");

  private record Path(int mtu, long toldNs) {}

  private final Map<String, Path> paths = new HashMap<>();

  /** What a connection's segments may carry once it believes this. */
  static int mssAfter(IcmpMessage message, TcpConnection connection, TcpInfo before) {
    int mtu = limit(message, connection);
    int headers = message.v6() ? 60 : 40;
    int options = before.options().timestamps() ? 12 : 0;
    return mtu == 0 ? before.mss() : Math.min(before.mss(), mtu - headers - options);
  }

  /** 0: it limits nothing. */
  private static int limit(IcmpMessage message, TcpConnection connection) {
    boolean tooBig = message.says().equals(IcmpSays.tooBig(message.v6()));
    if (!tooBig || !connection.state().synchronizedState()) {
      return 0;
    }
    int length = message.quotedLength();
    int most = connection.sndNxt() - message.quotedSeq() + (message.v6() ? 60 : 40) + 40;
    int mtu = message.v6() ? message.rest() : message.rest() & 0xffff;
    if (mtu == 0 && !message.v6()) {
      for (int i = PLATEAUS.length - 1; i >= 0 && PLATEAUS[i] < length; i--) {
        mtu = PLATEAUS[i];
      }
    }
    boolean possible = mtu >= (message.v6() ? 1_280 : 68) && mtu < length && length <= most;
    return possible ? mtu : 0;
  }

  void onBelieved(IcmpMessage message, TcpConnection connection, long nowNs) {
    int mtu = limit(message, connection);
    String there = connection.remoteAddress().toString();
    Path known = paths.get(there);
    boolean news = known == null || mtu < known.mtu || nowNs - known.toldNs >= REMEMBERED_NS;
    if (mtu > 0 && news) {
      paths.put(there, new Path(mtu, nowNs));
    }
  }

  /** What a packet to there may have; MAX_VALUE where nothing is known. */
  int mtu(String there, long nowNs) {
    Path path = paths.get(there);
    return path == null || nowNs - path.toldNs >= REMEMBERED_NS ? Integer.MAX_VALUE : path.mtu;
  }

  /** The same but for the size of segments and what that makes lost. */
  static boolean sameButMss(TcpInfo one, TcpInfo other) {
    try {
      for (RecordComponent part : TcpInfo.class.getRecordComponents()) {
        Object its = part.getAccessor().invoke(one);
        boolean size = OF_SIZE.contains(part.getName());
        if (!size && !its.equals(part.getAccessor().invoke(other))) {
          return false;
        }
      }
      return true;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
