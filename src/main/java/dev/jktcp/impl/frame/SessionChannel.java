package dev.jktcp.impl.frame;

import io.vertx.core.buffer.Buffer;

/**
 * One side's view of a connection, a listener or a UDP port that the two ends of a session talk
 * about: the statements made about it, those that were confirmed, and the bytes that have come.
 * Session's context only.
 */
public abstract class SessionChannel {
  /** Frames received after which a confirmation is sent at once. */
  private static final int ANSWER_STEP = 256;

  private final SessionSide side;
  private final long id;

  private long said; // number of our newest statement
  private long confirmed; // our highest that the other side is known to have heard
  private long heard; // highest of theirs
  private long answered; // their highest that they know we heard, if no frame was lost
  private long sent;
  private long received;
  private Detail detail;
  private long detailNumber; // number of the first frame with the detail

  // The side's:
  long lastSaidNs;
  int repeats;
  boolean changed;
  boolean owes; // an answer
  boolean isListed; // among those that may owe one

  protected SessionChannel(SessionSide side, long id) {
    this.side = side;
    this.id = id;
  }

  public final long id() {
    return id;
  }

  /** Bytes of our stream sent so far. */
  protected final long sent() {
    return sent;
  }

  /** Bytes of the other side's stream that came in order. */
  protected final long received() {
    return received;
  }

  /** How many of our statements are not confirmed. */
  protected final long unheard() {
    return said - confirmed;
  }

  /** Whether all that we have to say is confirmed; changes of this turn are not. */
  public final boolean isSettled() {
    return !changed && confirmed >= said;
  }

  /** Whether any of our statements is confirmed. */
  final boolean isKnown() {
    return confirmed > 0;
  }

  /** Sends the detail, with every frame until it is confirmed. */
  protected final void tell(Detail newDetail) {
    detail = newDetail;
    detailNumber = said + 1;
    change();
  }

  /** Our state has changed: a frame with it is sent at the end of this turn. */
  protected final void change() {
    side.changed(this);
  }

  /** Sends bytes of our stream. The caller gives the Buffer away. */
  protected final void send(Buffer payload) {
    send(payload, 0);
  }

  /**
   * @param extraFlags of this frame alone
   */
  protected final void send(Buffer payload, int extraFlags) {
    said++;
    Frame frame = compose(payload, extraFlags);
    sent += payload.length(); // first: the other may answer at once
    side.say(this, frame);
  }

  /** Sends our state; called at the end of a turn in which {@link #change} was called. */
  protected void speak() {
    said++;
    side.say(this, compose(null, 0));
  }

  final Frame compose(Buffer payload, int extraFlags) {
    Detail told = confirmed < detailNumber ? detail : null;
    answered = heard;
    return new Frame(
        id, said, heard, flags() | extraFlags, sent, payload, taken(), granted(), acked(), told);
  }

  /** The side has a frame for us. */
  final void hear(Frame frame) {
    heard = Math.max(heard, frame.number());
    if (frame.heard() > confirmed) {
      confirmed = Math.min(frame.heard(), said);
      repeats = 0;
    }
    if (frame.has(Frame.GONE)) {
      onGone();
      return;
    }
    if (!frame.has(Frame.ANSWER)) {
      side.owes(this);
    }
    int length = frame.length();
    if (bearsGaps()) {
      received = Math.max(received, frame.offset());
    }
    boolean inOrder = frame.offset() == received;
    boolean old = frame.offset() + length <= received;
    if (!inOrder && !old) {
      onGap(received);
      return;
    }
    if (inOrder) {
      received += length;
    }
    if (heard - answered >= ANSWER_STEP) {
      side.answer(this);
    }
    onFrame(frame, inOrder && length > 0 ? frame.payload() : null);
  }

  /**
   * @param payload the next bytes of the other side's stream, or null
   */
  protected abstract void onFrame(Frame frame, Buffer payload);

  /**
   * Whether payload that the bus lost is skipped, as datagrams are, without a call of {@link
   * #onGap}.
   */
  protected boolean bearsGaps() {
    return false;
  }

  /** The bus lost bytes of the other side's stream behind this offset. */
  protected abstract void onGap(long offset);

  /** The other side does not know the channel (any more). */
  protected abstract void onGone();

  /** The session is over, or given up, for this reason; nothing more can be sent. */
  public abstract void onSessionEnd(Exception cause);

  /** Our state: the flags so far. */
  protected abstract int flags();

  /** Our state: see {@link Frame#taken}. A channel without bytes has none, as of the next two. */
  protected long taken() {
    return 0;
  }

  /** Our state: see {@link Frame#granted}. */
  protected long granted() {
    return 0;
  }

  /** Our state: see {@link Frame#acked}, which only the adapter's side knows. */
  protected long acked() {
    return 0;
  }
}
