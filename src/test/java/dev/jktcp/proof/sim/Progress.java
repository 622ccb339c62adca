package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.stack.StackCounters;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.TcpConnection;
import java.util.function.LongConsumer;

/**
 * One end with something to say advances within a bound or ends, as its profile promises: no later,
 * and by a time-out no sooner, whatever stops its process: time in which it could not have heard is
 * no silence. The bound follows from the profile's timers; where one packet in ten arrives it holds
 * even for who never gives up.
 */
final class Progress {
  // Round trips, a full transport's queue, an acceptance that waits.
  private static final long SLACK_NS = 10 * SECOND;
  private static final long ORPHAN_NS = 60 * SECOND; // StackOptions: finWait2Ns and orphanNs
  // A stack that is later than a quarter of a second takes it for a stop, and hears for a fifth.
  private static final long NO_STOP_NS = SECOND;
  // Each of so many copies that arrives is answered, and of so many answers one arrives.
  private static final long COPIES = (OneInTen.LONGEST_GAP + 1) * (long) (OneInTen.LONGEST_GAP + 1);

  private final Side side;
  private final SimNode node;
  private final TcpProfile profile;
  private final long connectTimeoutNs; // counts from the beginning only

  // What it looked like when it last advanced.
  private TcpState state;
  private long acked;
  private TcpTuning tuning;
  private TcpTuning formerTuning;
  private long markNs;
  private long boundNs;

  // By its own clock, without its stops but for what each may count.
  private long sleptNs;
  private long advancedNs;
  private long heardNs;
  private long leftNs;
  private boolean left;
  private boolean heard;
  private long dropsSeen; // of SYNs, by the other node

  Progress(Side side, TcpProfile profile, long heardNs) {
    this.side = side;
    this.node = side.node;
    this.profile = profile;
    tuning = side.connection.tuning();
    formerTuning = tuning;
    connectTimeoutNs = tuning.connectTimeoutNs();
    advancedNs = awakeNs();
    this.heardNs = heardNs;
    state = TcpState.CLOSED; // no connection's
  }

  /** See {@link Side#beforeStop}: a stop counts as no more than the wait that it interrupts. */
  LongConsumer beforeStop() {
    TcpConnection connection = side.connection;
    boolean waits = connection.closeReason() == null && connection.hasDeadline();
    long leftNs = waits ? node.stack.dueNs(connection) - node.nowNs() : Long.MAX_VALUE / 2;
    return stoppedNs -> sleptNs += Math.max(0, stoppedNs - Math.max(0, leftNs) - NO_STOP_NS);
  }

  private long awakeNs() {
    return node.clockNs() - sleptNs;
  }

  boolean findsBlackHoles() {
    return profile.blackHoleRetries() > 0;
  }

  boolean hasConnectTimeout() {
    return connectTimeoutNs > 0;
  }

  /** A packet reached it. */
  void onHeard() {
    heardNs = awakeNs();
    heard = true;
  }

  /** After each thing that happened to the node, and every few seconds. */
  void look() {
    TcpConnection connection = side.connection;
    if (connection.closeReason() != null) {
      return;
    }
    boolean opening = connection.state() == TcpState.SYN_SENT;
    boolean waits =
        opening
            || connection.sendQueued() > 0
            || switch (connection.state()) {
              case FIN_WAIT_1, CLOSING, LAST_ACK -> true;
              default -> false;
            };
    boolean advanced =
        !waits || connection.bytesAcked() != acked || (state == TcpState.SYN_SENT && !opening);
    if (advanced) {
      acked = connection.bytesAcked();
      advancedNs = awakeNs();
    }
    if (!left && (side.closing || side.left)) {
      left = true;
      leftNs = awakeNs();
    }
    boolean tuned = connection.tuning() != tuning;
    if (tuned) {
      formerTuning = tuning;
      tuning = connection.tuning();
    }
    boolean begins = waits && boundNs == 0; // nothing was promised to who waited for nothing
    if (advanced || begins || tuned || connection.state() != state || heldUpByPeer(connection)) {
      state = connection.state();
      markNs = node.sim.nowNs();
      boundNs = waits ? boundNs(connection.info(node.steadyNs()), opening) : 0;
    } else if (waits) {
      long waitedNs = node.sim.nowNs() - markNs;
      long allowedNs = boundNs + SLACK_NS + node.heldUpNs() + side.other.node.heldUpNs();
      check(
          waitedNs <= allowedNs,
          state
              + " has neither advanced nor ended for "
              + waitedNs / MS
              + " ms, allowed are "
              + allowedNs / MS);
    }
    heard = false;
  }

  /** Its user has not read, or it says that its window is closed. */
  private boolean heldUpByPeer(TcpConnection connection) {
    Side other = side.other;
    boolean unread =
        other.connection != null && !other.isClosed() && other.connection.readable() > 0;
    return unread
        || waitsForWhoLeft(other)
        || keptOut(other)
        || (heard && connection.info(node.steadyNs()).sendWindow() == 0);
  }

  /** SYNs are dropped there: others, however long they live, hold all places that there are. */
  private boolean keptOut(Side other) {
    StackCounters counters = other.node.stack.counters();
    long before = dropsSeen;
    dropsSeen = counters.backlogDrops() + counters.limitDrops() + counters.memoryRefusals();
    boolean patient = profile.synMaxRetries() > COPIES;
    return patient && state == TcpState.SYN_SENT && dropsSeen > before;
  }

  /**
   * It has nobody who reads, so that it acknowledges nothing, and ends with an RST when it has said
   * its own. Who has no patience to lose waits for that.
   */
  private boolean waitsForWhoLeft(Side other) {
    boolean reads = !other.left && !(other.closing && other.ending == Side.Ending.CLOSE_EARLY);
    boolean patient = node.sim.mood == Mood.ONE_IN_TEN && profile.maxRetries() > COPIES;
    return patient && !reads && !other.isClosed();
  }

  private long boundNs(TcpInfo info, boolean opening) {
    long giveUpNs;
    if (opening && connectTimeoutNs > 0) {
      giveUpNs = connectTimeoutNs;
    } else if (opening) {
      giveUpNs = latestNs(info.rtoNs(), profile.synMaxRetries(), profile.synR2Ns());
    } else if (tuning.userTimeoutNs() > 0) {
      giveUpNs = tuning.userTimeoutNs() + 2 * profile.maxRtoNs();
    } else {
      giveUpNs =
          latestNs(
              info.rtoNs(), (long) profile.maxRetries() + profile.lossyRetries(), profile.r2Ns());
    }
    // Without losses of that kind the longest of drawn faults, an outage, is what must pass.
    return node.sim.mood == Mood.ONE_IN_TEN
        ? Math.min(giveUpNs, COPIES * profile.maxRtoNs())
        : giveUpNs;
  }

  /** When R2 is reached at the latest, whose first time-out is {@code rtoNs}. */
  private long latestNs(long rtoNs, long retries, long r2Ns) {
    long most = Math.min(retries, 2L * COPIES);
    long elapsed = 0;
    for (long i = 0, next = rtoNs; i <= most + 1 || elapsed < r2Ns; i++) {
      elapsed += next + MS;
      next = Math.min(profile.maxRtoNs(), 2 * next);
    }
    return elapsed;
  }

  /** It is over: what ended by time must have had the time that was promised. */
  void onClosed() {
    if (side.reason != CloseReason.TIMED_OUT) {
      return;
    }
    long nowNs = awakeNs();
    long silentNs = nowNs - advancedNs;
    boolean opening = state == TcpState.SYN_SENT;
    boolean kept =
        (left && nowNs - leftNs >= ORPHAN_NS)
            || promised(tuning, opening, silentNs, nowNs)
            || promised(formerTuning, opening, silentNs, nowNs);
    check(
        kept,
        state
            + " timed out after "
            + silentNs / MS
            + " ms, "
            + (nowNs - heardNs) / MS
            + " ms after the last packet, sooner than promised by "
            + tuning
            + (formerTuning == tuning ? "" : " and before " + formerTuning));
  }

  private boolean promised(TcpTuning t, boolean opening, long silentNs, long nowNs) {
    if (opening) {
      return connectTimeoutNs > 0
          ? silentNs >= connectTimeoutNs
          : silentNs >= earliestNs(profile.synMaxRetries(), profile.synR2Ns());
    }
    long deafNs = nowNs - heardNs;
    long keepAliveNs = t.keepAliveNs() + t.keepAliveProbes() * t.keepAliveRetryNs();
    return (t.keepAlive() && deafNs >= keepAliveNs)
        || silentNs
            >= (t.userTimeoutNs() > 0
                ? t.userTimeoutNs()
                : earliestNs(profile.maxRetries(), profile.r2Ns()));
  }

  /** When R2 is reached at the soonest. */
  private long earliestNs(int retries, long r2Ns) {
    long elapsed = 0;
    long next = Math.min(profile.minRtoNs(), profile.initialRtoNs());
    for (long i = 0; i < Math.min(retries, COPIES); i++) {
      elapsed += next;
      next = Math.min(profile.maxRtoNs(), 2 * next);
    }
    return Math.max(elapsed, r2Ns);
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(side.flow + ", node " + node.index + ": " + what);
    }
  }
}
