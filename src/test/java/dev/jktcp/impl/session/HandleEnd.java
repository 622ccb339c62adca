package dev.jktcp.impl.session;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.SessionChannel;
import dev.jktcp.impl.frame.SessionSide;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The handle's end of a session as a test wants it: it keeps what it hears and says what it is told
 * to. It beats only when told.
 */
final class HandleEnd implements SessionSide.Events {
  final String address = BusNames.session();
  final List<Link> accepted = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  boolean takesNothingOn; // as if its listeners were closed
  SessionSide side;
  String session;
  private final Lab lab;
  private long nextId = 1;

  /** A connection or a listener. */
  final class Link extends SessionChannel {
    final Buffer bytes = Buffer.buffer();
    final List<String> events = new ArrayList<>();
    Frame last;
    Detail detail;
    int flags;
    long taken;
    long granted;
    private int heardFlags;

    private Link(long id) {
      super(side, id);
      side.add(this);
    }

    // Lab context:

    void flag(int flag) {
      flags |= flag;
      change();
    }

    void write(Buffer payload) {
      send(payload);
    }

    void writeUrgent(Buffer payload) {
      send(payload, Frame.URGENT);
    }

    /** Reads what is there and grants so many bytes more. */
    void read(long more) {
      taken = bytes.length();
      granted = taken + more;
      change();
    }

    private void open(Detail what) {
      flags |= Frame.OPEN;
      tell(what);
    }

    // The test's thread:

    boolean has(int flag) throws Exception {
      lab.settle();
      return lab.call(() -> (heardFlags & flag) != 0);
    }

    void say(int flag) throws Exception {
      lab.run(() -> flag(flag));
      lab.settle();
    }

    void grant(long more) throws Exception {
      lab.run(() -> read(more));
      lab.settle();
    }

    void send(String text) throws Exception {
      lab.run(() -> write(Buffer.buffer(text)));
      lab.settle();
    }

    Detail.Ended ended() throws Exception {
      lab.settle();
      return (Detail.Ended) lab.call(() -> detail);
    }

    String text() throws Exception {
      lab.settle();
      return lab.call(bytes::toString);
    }

    /** Whether the adapter has forgotten it: it says so when it is told anything. */
    boolean isForgotten() throws Exception {
      lab.advanceMs(500);
      lab.run(this::change);
      lab.settle();
      return lab.call(() -> events.contains("gone"));
    }

    @Override
    protected void onFrame(Frame frame, Buffer payload) {
      last = frame;
      heardFlags |= frame.flags();
      if (frame.detail() != null) detail = frame.detail();
      if (payload == null) return;
      bytes.appendBuffer(payload);
      if (bytes.length() > granted) events.add("beyond the credit of " + granted);
    }

    @Override
    protected void onGap(long offset) {
      events.add("gap");
    }

    @Override
    protected void onGone() {
      events.add("gone");
    }

    @Override
    public void onSessionEnd(Exception cause) {}

    @Override
    protected int flags() {
      return flags;
    }

    @Override
    protected long taken() {
      return taken;
    }

    @Override
    protected long granted() {
      return granted;
    }

    @Override
    protected long acked() {
      return 0;
    }
  }

  HandleEnd(Lab lab, Vertx vertx, String adapter) throws Exception {
    this.lab = lab;
    lab.run(
        () -> {
          side = new SessionSide(lab.context, lab.clock, address, true, 200, this);
          side.open();
        });
    lab.settle();
    Future<Message<JsonObject>> welcome =
        lab.call(() -> vertx.eventBus().request(BusNames.adapter(adapter), hello(address)));
    session = lab.result(welcome).body().getString("session");
    // The test's patience bounds it, not the adapter's.
    lab.run(() -> side.talkTo(session, 10_000_000));
  }

  static JsonObject hello(String address) {
    return new JsonObject().put("do", "hello").put("version", 1).put("address", address);
  }

  Link connect(TcpConnectOptions options) throws Exception {
    return open(new Detail.Connect(options));
  }

  Link listen(TcpListenOptions options) throws Exception {
    return open(new Detail.Listen(options));
  }

  private Link open(Detail what) throws Exception {
    Link link =
        lab.call(
            () -> {
              Link made = new Link(nextId++);
              made.open(what);
              return made;
            });
    lab.settle();
    return link;
  }

  void beat() throws Exception {
    lab.run(() -> side.beat(false, side.floor(nextId)));
    lab.settle();
  }

  /** Says nothing any more, and hears nothing: as if its process were gone. */
  void vanish() throws Exception {
    lab.run(() -> side.end());
    lab.settle();
  }

  @Override
  public SessionChannel onUnknown(Frame frame) {
    boolean opened = frame.has(Frame.OPENED) && frame.detail() instanceof Detail.Opened;
    if (takesNothingOn || !opened || frame.id() >= 0) return null;
    Link link = new Link(frame.id());
    accepted.add(link);
    return link;
  }

  @Override
  public void onQuestion(Message<Object> message) {
    events.add("question");
  }

  @Override
  public void onBeat() {
    events.add("beat");
  }

  @Override
  public void onBye(Detail.Ended why) {
    events.add("bye: " + why.message());
    side.end();
  }

  @Override
  public void onLost(String why) {
    events.add("lost: " + why);
    side.end();
  }
}
