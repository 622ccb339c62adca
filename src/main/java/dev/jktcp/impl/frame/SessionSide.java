package dev.jktcp.impl.frame;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.bus.BusEnd;
import dev.jktcp.bus.BusReader;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Lease;
import dev.jktcp.time.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.eventbus.EventBusInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One side of a session. It sends and receives the frames of all its channels, repeats those that
 * were not confirmed, and watches whether the other end still lives.
 *
 * <p>The changes of one turn of the context are sent once, at its end. Frames of the other end are
 * confirmed along with them or, after a while, by a frame of its own. Unconfirmed frames are
 * repeated, ever more seldom, for as long as the other end lives.
 *
 * <p>Ends in one process give each other their frames directly: see {@link Inbox}. No frame is lost
 * or repeated.
 *
 * <p>Between ends in one process no clock decides whether the other one lives. Hooks of contexts
 * and verticles announce its end, and the bus knows whether its consumer is still registered. An
 * end with a consumer lives, however long a handler blocks. An end on another node is lost after
 * the silence of a {@link Lease}.
 *
 * <p>Context only.
 */
public final class SessionSide implements Inbox.Owner {
  /** Called on the session's context. */
  public interface Events {
    /**
     * A frame of a channel that is not known here.
     *
     * @return the channel that the frame opens, already {@link SessionSide#add added}; or null
     */
    SessionChannel onUnknown(Frame frame);

    /** A message that is no frame: a request. */
    void onQuestion(Message<Object> message);

    /** A sign of life. */
    void onBeat();

    /** The other end has ended the session. Nothing follows. */
    void onBye(Detail.Ended why);

    /** The other end is gone. Nothing follows. */
    void onLost(String why);
  }

  /** How far the end of the session has come; no phase comes back. */
  private enum Phase {
    OPEN,
    /** The other side has said goodbye. */
    PARTED,
    /** This side sends nothing more, and waits only for the answer to its goodbye. */
    ENDED,
    /** This side receives nothing any more. */
    LEFT
  }

  /**
   * Repetitions are at most 16 times the first interval apart, so that a lossy bus does not take
   * long.
   */
  private static final int MAX_DOUBLINGS = 4;

  /**
   * The limit within one process, where no frame is lost and repetitions pile up before a blocked
   * worker.
   */
  private static final int MAX_DOUBLINGS_HERE = 12;

  /** An answer to a goodbye takes microseconds, unless the other end's thread is busy. */
  public static final long BYE_MS = 200;

  private final ContextInternal context;
  private final Clock clock;
  private final EventBusInternal bus;
  private final String address;
  private final boolean local;
  private final long repeatMs;
  private final Events events;

  private final Map<Long, SessionChannel> channels = new HashMap<>();
  private SessionChannel latest; // of the last frame received, if it is still known
  private List<SessionChannel> changed = new ArrayList<>();
  private List<SessionChannel> spare = new ArrayList<>(); // null while it is in use
  private final Set<SessionChannel> unheard =
      new LinkedHashSet<>(); // in the order of their last frames
  private final List<SessionChannel> owing = new ArrayList<>();
  private boolean flushing;
  private Timer sweepTimer;
  private BusReader reader;
  private final Inbox inbox; // null if the other end may be anywhere

  // One of the two is not null once the other end is known:
  private Inbox neighbour;
  private MessageProducer<Object> producer;

  private Lease lease; // of the other end, once it is known
  private long peerFloor;
  private Timer byeTimer; // not null while our goodbye may be answered
  private final Promise<Void> gone;
  private Phase phase = Phase.OPEN;

  /**
   * @param address where this end listens
   * @param local whether the other end is in this process
   * @param repeatMs time until an unconfirmed frame is first repeated
   */
  public SessionSide(
      ContextInternal context,
      Clock clock,
      String address,
      boolean local,
      long repeatMs,
      Events events) {
    VertxInternal vertx = context.owner();
    this.context = context;
    this.clock = clock.on(context);
    this.bus = vertx.eventBus();
    this.address = address;
    this.local = local;
    this.repeatMs = repeatMs;
    this.events = events;
    this.gone = context.promise();
    this.inbox = local ? new Inbox(context, address, this) : null;
    FrameCodec.register(vertx);
  }

  /** Listens. */
  public Future<Void> open() {
    if (inbox != null) {
      inbox.open();
    }
    reader = BusReader.open(context, address, local, this::onMessage);
    return reader.completion();
  }

  /** Sets the address of the other end. */
  public void talkTo(String other, long leaseMs) {
    neighbour = local ? Inbox.at(context.owner(), other) : null;
    if (neighbour == null) {
      DeliveryOptions delivery =
          new DeliveryOptions().setLocalOnly(local).setCodecName(FrameCodec.NAME);
      producer = bus.sender(other, delivery);
    }
    grantLease(leaseMs);
    flush();
  }

  private void grantLease(long leaseMs) {
    lease = lease(leaseMs, () -> onSilence(leaseMs));
  }

  /** A time limit on the session's context. */
  public Lease lease(long ms, Runnable onEnd) {
    return Lease.of(clock, ms, onEnd);
  }

  public void add(SessionChannel channel) {
    channels.put(channel.id(), channel);
  }

  /** Forgets the channel. From now on its frames are answered with {@link Frame#GONE}. */
  public void remove(SessionChannel channel) {
    channels.remove(channel.id());
    if (latest == channel) {
      latest = null;
    }
    unheard.remove(channel);
    // An answer or a change still to be sent is its last frame.
  }

  /** The channel with this id, or null. */
  public SessionChannel channel(long id) {
    return channels.get(id);
  }

  /** All of them, in a list of the caller's own. */
  public List<SessionChannel> channels() {
    return new ArrayList<>(channels.values());
  }

  public int size() {
    return channels.size();
  }

  /**
   * The lowest id of our channels that the other end may not know yet.
   *
   * @param next the id of the next one
   */
  public long floor(long next) {
    long floor = Math.abs(next);
    for (SessionChannel channel : channels.values()) {
      boolean ours = (channel.id() > 0) == (next > 0);
      if (ours && !channel.isKnown()) {
        floor = Math.min(floor, Math.abs(channel.id()));
      }
    }
    return floor;
  }

  public boolean isEnded() {
    return phase.compareTo(Phase.ENDED) >= 0;
  }

  /** Sends a sign of life. */
  public void beat(boolean answer, long floor) {
    give(Frame.session(Frame.BEAT | (answer ? Frame.ANSWER : 0), floor, null));
  }

  /**
   * Tells the other end that the session is over, and ends it. The other end may have sent
   * something meanwhile, and the bus would warn if our consumer were gone. The consumer therefore
   * stays until the other end has answered.
   *
   * @return completes when no consumer and no timer is left
   */
  public Future<Void> bye(Detail.Ended why) {
    if (isEnded()) {
      return gone.future();
    }
    if (isAlone() || phase == Phase.PARTED) {
      return end();
    }
    begin();
    try {
      sayBye(why);
    } finally {
      finish();
    }
    return gone.future();
  }

  private void sayBye(Detail.Ended why) {
    flush(); // last words first
    answerAll();
    boolean heard = give(Frame.session(Frame.BYE, 0, why));
    stop();
    if (heard) {
      byeTimer = after(BYE_MS, this::leave);
    } else {
      leave();
    }
  }

  /** Whether no other end is known yet. */
  private boolean isAlone() {
    return neighbour == null && producer == null;
  }

  /** Ends without telling the other end. Idempotent. */
  public Future<Void> end() {
    stop();
    leave();
    return gone.future();
  }

  private void stop() {
    advance(Phase.ENDED);
    if (sweepTimer != null) {
      sweepTimer.cancel();
    }
    if (lease != null) {
      lease.end();
    }
    changed.clear();
    unheard.clear();
    owing.clear();
  }

  private void leave() {
    if (phase == Phase.LEFT) {
      return;
    }
    advance(Phase.LEFT);
    if (byeTimer != null) {
      byeTimer.cancel();
    }
    if (inbox != null) {
      inbox.close();
    }
    if (reader == null) {
      gone.complete();
    } else {
      reader.leave().onComplete(gone);
    }
  }

  private void advance(Phase to) {
    if (to.compareTo(phase) > 0) {
      phase = to;
    }
  }

  // --- speaking

  /**
   * Holds back the frames of this end until {@link #finish}, so that no answer comes before that.
   */
  public void begin() {
    if (inbox != null) {
      inbox.begin();
    }
  }

  /** Sends the changes since {@link #begin}, if the other end is in this process. */
  public void finish() {
    if (inbox != null) {
      inbox.end();
    }
  }

  void changed(SessionChannel channel) {
    if (channel.changed || isEnded()) {
      return;
    }
    channel.changed = true;
    changed.add(channel);
    if (flushing || (neighbour != null && inbox.isBusy())) {
      return;
    }
    flushing = true;
    context.runOnContext(v -> flush());
  }

  @Override
  public boolean hasChanged() {
    return !changed.isEmpty() && !flushing && !isEnded() && !isAlone();
  }

  /** Sends the changes of this turn without waiting for its end. */
  @Override
  public void flush() {
    flushing = false;
    if (isEnded() || isAlone() || changed.isEmpty()) {
      return;
    }
    begin();
    try {
      speakAll();
    } finally {
      finish();
    }
  }

  private void speakAll() {
    // A frame may change a channel again, which then speaks in the next turn.
    List<SessionChannel> speaking = changed;
    changed = spare != null ? spare : new ArrayList<>();
    spare = null;
    for (SessionChannel channel : speaking) {
      if (channel.changed) {
        channel.changed = false;
        channel.speak();
      }
    }
    speaking.clear();
    spare = speaking;
  }

  void say(SessionChannel channel, Frame frame) {
    if (isEnded() || isAlone()) {
      return;
    }
    channel.changed = false; // the frame says all there is to say
    channel.owes = false;
    if (neighbour == null && channels.get(channel.id()) == channel) {
      channel.lastSaidNs = clock.nanoTime();
      unheard.remove(channel);
      unheard.add(channel);
      armSweep();
    }
    give(frame);
  }

  void owes(SessionChannel channel) {
    if (isEnded() || channel.owes) {
      return;
    }
    channel.owes = true;
    if (!channel.isListed) {
      owing.add(channel);
    }
    channel.isListed = true;
    armSweep();
  }

  private void answerAll() {
    List<SessionChannel> answering = new ArrayList<>(owing);
    owing.clear();
    for (SessionChannel channel : answering) {
      channel.isListed = false;
      if (channel.owes) {
        answer(channel);
      }
    }
  }

  void answer(SessionChannel channel) {
    channel.owes = false;
    give(channel.compose(null, Frame.ANSWER));
  }

  /**
   * @return false if the other end is known to be gone
   */
  private boolean give(Frame frame) {
    if (isEnded() || isAlone()) {
      return false;
    }
    boolean anybody = neighbour != null ? pass(frame) : BusEnd.send(producer, frame);
    if (!anybody) {
      context.runOnContext(v -> lost("is gone"));
    }
    return anybody;
  }

  private boolean pass(Frame frame) {
    if (!neighbour.isHere()) {
      inbox.linger();
    }
    return neighbour.offer(frame);
  }

  // --- saying again

  private void armSweep() {
    if (sweepTimer == null && !isEnded()) {
      sweepTimer = after(sweepMs(), this::sweep);
    }
  }

  private long sweepMs() {
    return Math.max(1, repeatMs / 4);
  }

  private void sweep() {
    sweepTimer = null;
    if (isEnded()) {
      return;
    }
    answerAll();
    repeatUnheard();
    if (!unheard.isEmpty() || !owing.isEmpty()) {
      armSweep();
    }
  }

  private void repeatUnheard() {
    long nowNs = clock.nanoTime();
    List<SessionChannel> due = new ArrayList<>();
    for (Iterator<SessionChannel> each = unheard.iterator(); each.hasNext(); ) {
      SessionChannel channel = each.next();
      if (channel.isSettled()) {
        each.remove();
      } else if (nowNs - channel.lastSaidNs >= (repeatMs << channel.repeats) * MS) {
        due.add(channel);
      }
    }
    for (SessionChannel channel : due) {
      channel.repeats = Math.min(channel.repeats + 1, local ? MAX_DOUBLINGS_HERE : MAX_DOUBLINGS);
      channel.lastSaidNs = nowNs;
      channel.owes = false;
      give(channel.compose(null, 0));
    }
  }

  // --- hearing

  private void onMessage(Message<Object> message) {
    if (phase == Phase.LEFT) {
      return;
    }
    boolean refused = isEnded();
    Object body = BusEnd.body(message);
    if (body == BusEnd.MALFORMED) {
      return;
    }
    if (body instanceof Frame frame) {
      onFrame(frame);
    } else if (!refused) {
      events.onQuestion(message);
    }
    if (refused) {
      BusReader.refuse(message);
    }
  }

  @Override
  public void onFrame(Frame frame) {
    if (phase == Phase.LEFT) {
      return;
    }
    if (isEnded()) {
      if (frame.has(Frame.BYE)) {
        leave();
      }
      return;
    }
    if (lease != null && neighbour == null) {
      lease.renew(); // it reads the clock
    }
    if (frame.id() == Frame.SESSION) {
      onSessionFrame(frame);
    } else {
      onLineFrame(frame);
    }
  }

  private void onSessionFrame(Frame frame) {
    if (frame.has(Frame.BYE)) {
      advance(Phase.PARTED);
      if (!frame.has(Frame.ANSWER)) {
        give(Frame.session(Frame.BYE | Frame.ANSWER, 0, null));
      }
      events.onBye(frame.detail() instanceof Detail.Ended why ? why : null);
    } else if (frame.has(Frame.BEAT)) {
      peerFloor = Math.max(peerFloor, frame.offset());
      if (!frame.has(Frame.ANSWER)) {
        events.onBeat();
      }
    }
  }

  /** The other end opens no channel below this id any more. */
  public long peerFloor() {
    return peerFloor;
  }

  private void onLineFrame(Frame frame) {
    SessionChannel channel = latest;
    if (channel == null || channel.id() != frame.id()) {
      channel = channels.get(frame.id());
      latest = channel;
    }
    if (channel == null) {
      channel = events.onUnknown(frame);
    }
    if (channel != null) {
      channel.hear(frame);
    } else if (!frame.has(Frame.ANSWER)) {
      give(Frame.gone(frame));
    }
  }

  /** Within this process the inbox, or the bus, shows whether the other end is there. */
  private void onSilence(long leaseMs) {
    if (!local) {
      lost("was not heard for " + leaseMs + " ms");
    } else if (neighbour != null && neighbour.isClosed()) {
      lost("is gone");
    } else if (neighbour != null || give(Frame.session(Frame.BEAT, 0, null))) {
      grantLease(leaseMs);
    }
  }

  private void lost(String why) {
    if (!isEnded()) {
      events.onLost(why);
    }
  }

  /** Runs the task on the session's context. */
  public Timer after(long ms, Runnable task) {
    return clock.once(ms, task);
  }
}
