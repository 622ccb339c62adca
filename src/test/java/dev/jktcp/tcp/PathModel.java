package dev.jktcp.tcp;

import static dev.jktcp.time.Nanos.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A bottleneck with a queue, and senders that know what a sender with selective acknowledgments
 * knows: what the facts of a policy become once the core measures them all. Data never ends unless
 * a test pauses it. Each segment is acknowledged; three later ones prove a loss.
 */
final class PathModel {
  static final int MSS = 1_460;

  private final Random random = new Random(1);
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  final long roundTripNs;
  final int queueLimit;
  final List<Sender> senders = new ArrayList<>();
  private long bytesPerSecond;
  double lossRate;

  private long nowNs;
  private long numbered;
  private long freeNs; // when the link has sent all that is queued
  private double queuedTimesNs; // the integral of the queue since measuring began
  private long measuredFromNs;
  private long deliveredBefore;
  long largestQueue;
  long dropped;

  private record Event(long atNs, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNs, other.atNs);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  /** A segment on its way, with what draft-ietf-ccwg-bbr has a sender note when it leaves. */
  private static final class Packet implements RateSample {
    long number;
    long sentNs;
    long deliveredAtSend;
    long deliveredAtSendNs;
    long firstSentNs;
    long lostAtSend;
    int inFlightAtSend;
    boolean applicationLimited;
    boolean arrives;
    long delivered;
    long intervalNs;
    int lostSince;

    @Override
    public long deliveredAtSend() {
      return deliveredAtSend;
    }

    @Override
    public long delivered() {
      return delivered;
    }

    @Override
    public long intervalNs() {
      return intervalNs;
    }

    @Override
    public int inFlightAtSend() {
      return inFlightAtSend;
    }

    @Override
    public int lostSince() {
      return lostSince;
    }

    @Override
    public boolean applicationLimited() {
      return applicationLimited;
    }
  }

  PathModel(double megabitPerSecond, double roundTripMs, double queueInProducts) {
    bytesPerSecond = (long) (megabitPerSecond * 1e6 / 8);
    roundTripNs = (long) (roundTripMs * 1e6);
    queueLimit = (int) (queueInProducts * product());
  }

  /** Bandwidth-delay product. */
  long product() {
    return (long) (bytesPerSecond * (roundTripNs / 1e9));
  }

  void changeBandwidth(double megabitPerSecond) {
    bytesPerSecond = (long) (megabitPerSecond * 1e6 / 8);
  }

  Sender add(CongestionControl control) {
    Sender sender = new Sender(control);
    senders.add(sender);
    return sender;
  }

  void run(double seconds) {
    long endNs = nowNs + (long) (seconds * SECOND);
    for (Sender sender : senders) {
      sender.send();
    }
    while (!events.isEmpty() && events.peek().atNs <= endNs) {
      Event event = events.poll();
      nowNs = event.atNs;
      event.action.run();
    }
    nowNs = endNs;
  }

  /** What is measured begins here. */
  void measure() {
    measuredFromNs = nowNs;
    queuedTimesNs = 0;
    largestQueue = 0;
    dropped = 0;
    deliveredBefore = delivered();
  }

  private long delivered() {
    return senders.stream().mapToLong(s -> s.delivered).sum();
  }

  /** The share of the link's bandwidth that brought data since {@link #measure}. */
  double utilisation() {
    double could = bytesPerSecond * ((nowNs - measuredFromNs) / 1e9);
    return (delivered() - deliveredBefore) / could;
  }

  /** The mean queue that segments met since {@link #measure}, in bandwidth-delay products. */
  double meanQueue() {
    return queuedTimesNs / (nowNs - measuredFromNs) / product();
  }

  private void at(long timeNs, Runnable action) {
    events.add(new Event(timeNs, numbered++, action));
  }

  private long queued() {
    return freeNs <= nowNs ? 0 : (long) ((freeNs - nowNs) / 1e9 * bytesPerSecond);
  }

  /** Puts one segment into the queue, unless there is no room. */
  private void enqueue(Sender from, Packet packet) {
    long queue = queued();
    if (queue + MSS > queueLimit || random.nextDouble() < lossRate) {
      dropped++;
      return;
    }
    long sendNs = (long) (MSS * 1e9 / bytesPerSecond);
    // Each segment waits for what is before it: its share of the integral.
    queuedTimesNs += (double) MSS * Math.max(0, freeNs - nowNs);
    largestQueue = Math.max(largestQueue, queue + MSS);
    freeNs = Math.max(freeNs, nowNs) + sendNs;
    packet.arrives = true;
    at(freeNs + roundTripNs, () -> from.onAck(packet));
  }

  /** One connection with data to send. */
  final class Sender implements CongestionFacts {
    final CongestionPolicy policy;
    private final List<Packet> flight = new ArrayList<>(); // in the order in which they left
    private boolean paused;
    private long next; // number
    private int inFlight;
    long delivered;
    private long deliveredNs;
    private long firstSentNs;
    private long lost;
    private long limitedUntil; // what is delivered when the application's limit is over
    private long mayLeaveNs;
    private boolean waking;
    private long lastSentNs;
    private long lastAckNs;
    private long recover = -1;
    private boolean recovering;
    private long smoothedNs;

    // The facts of the event that goes on.
    private int inFlightBefore;
    private int acked;
    private int lostNow;
    private long roundTripNow;
    private Packet sample;

    private Sender(CongestionControl control) {
      policy = control.open(this);
    }

    void pause() {
      paused = true;
    }

    void resume() {
      paused = false;
    }

    private void send() {
      while (!paused) {
        if (inFlight == 0) {
          noEvent();
          policy.onIdle(this);
        }
        if (policy.allowance(inFlight) < MSS) {
          break;
        }
        if (!mayLeave()) {
          return;
        }
        transmit();
      }
      if (paused) {
        limitedUntil = delivered + inFlight;
      }
    }

    /** By the pace, of which a burst may leave at once. */
    private boolean mayLeave() {
      long rate = policy.pacingRate();
      if (rate == CongestionPolicy.UNPACED) {
        return true;
      }
      long burstNs = (long) (policy.burst() * 1e9 / rate);
      mayLeaveNs = Math.max(mayLeaveNs, nowNs - burstNs);
      if (mayLeaveNs > nowNs) {
        if (!waking) {
          waking = true;
          at(
              mayLeaveNs,
              () -> {
                waking = false;
                send();
              });
        }
        return false;
      }
      mayLeaveNs += (long) (MSS * 1e9 / rate);
      return true;
    }

    private void transmit() {
      if (inFlight == 0) {
        firstSentNs = nowNs;
        deliveredNs = nowNs;
        lastAckNs = nowNs;
      }
      inFlight += MSS;
      Packet packet = new Packet();
      packet.number = next++;
      packet.sentNs = nowNs;
      packet.deliveredAtSend = delivered;
      packet.deliveredAtSendNs = deliveredNs;
      packet.firstSentNs = firstSentNs;
      packet.lostAtSend = lost;
      packet.inFlightAtSend = inFlight;
      packet.applicationLimited = delivered <= limitedUntil;
      lastSentNs = nowNs;
      flight.add(packet);
      enqueue(this, packet);
      long wasAckNs = lastAckNs;
      at(nowNs + timeoutNs(), () -> watch(wasAckNs));
    }

    /** Nothing was heard for a whole timeout: all is lost. */
    private void watch(long wasAckNs) {
      boolean silent = lastAckNs == wasAckNs && nowNs - lastAckNs >= timeoutNs();
      if (silent && inFlight > 0) {
        noEvent();
        lost += inFlight;
        inFlight = 0;
        lastAckNs = nowNs;
        flight.clear();
        recovering = false;
        recover = next;
        policy.onRetransmitTimeout(this, true);
        send();
      }
    }

    private void noEvent() {
      inFlightBefore = inFlight;
      acked = 0;
      lostNow = 0;
      roundTripNow = 0;
      sample = null;
    }

    private void onAck(Packet packet) {
      if (!flight.remove(packet)) {
        return; // a timeout took it for lost
      }
      noEvent();
      lastAckNs = nowNs;
      inFlight -= MSS;
      delivered += MSS;
      deliveredNs = nowNs;
      firstSentNs = packet.sentNs;
      findLost(packet);
      acked = MSS;
      roundTripNow = nowNs - packet.sentNs;
      smoothedNs = smoothedNs == 0 ? roundTripNow : smoothedNs + (roundTripNow - smoothedNs) / 8;
      measureRate(packet);
      boolean recovered = recovering && packet.number >= recover;
      policy.onAck(this);
      if (recovered) {
        recovering = false;
        policy.onRecovered(this, Integer.MAX_VALUE);
      }
      send();
    }

    private void measureRate(Packet packet) {
      long sending = packet.sentNs - packet.firstSentNs;
      long acking = deliveredNs - packet.deliveredAtSendNs;
      long interval = Math.max(sending, acking);
      packet.intervalNs = interval < PathModel.this.roundTripNs ? 0 : interval;
      tell(packet);
    }

    private void tell(Packet packet) {
      packet.delivered = delivered;
      packet.lostSince = (int) (lost - packet.lostAtSend);
      sample = packet;
    }

    private void findLost(Packet arrived) {
      int before = inFlightBefore;
      while (!flight.isEmpty() && flight.get(0).number + 3 <= arrived.number) {
        Packet gone = flight.remove(0);
        inFlight -= MSS;
        lost += MSS;
        lostNow += MSS;
        tell(gone);
        if (!recovering) {
          recovering = true;
          recover = next;
          inFlightBefore = before;
          policy.onLoss(this);
        }
        policy.onSegmentLost(this);
      }
    }

    /** The last loss turns out to be none. */
    void undo() {
      noEvent();
      recovering = false;
      policy.onUndo(this);
    }

    @Override
    public long nowNs() {
      return nowNs;
    }

    @Override
    public int mss() {
      return MSS;
    }

    @Override
    public int inFlight() {
      return inFlight;
    }

    @Override
    public int inFlightBefore() {
      return inFlightBefore;
    }

    @Override
    public int ackedBytes() {
      return acked;
    }

    @Override
    public int deliveredBytes() {
      return acked;
    }

    @Override
    public int lostBytes() {
      return lostNow;
    }

    @Override
    public int markedBytes() {
      return 0;
    }

    @Override
    public boolean recovering() {
      return recovering;
    }

    @Override
    public long roundTripNs() {
      return roundTripNow;
    }

    @Override
    public long smoothedRoundTripNs() {
      return smoothedNs;
    }

    @Override
    public long timeoutNs() {
      return Math.max(SECOND, 2 * smoothedNs);
    }

    @Override
    public long idleNs() {
      return nowNs - lastSentNs;
    }

    @Override
    public RateSample sample() {
      return sample;
    }

    @Override
    public long random(long bound) {
      return random.nextLong(bound);
    }
  }
}
