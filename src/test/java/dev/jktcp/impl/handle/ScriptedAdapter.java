package dev.jktcp.impl.handle;

import dev.jktcp.AdapterHandle;
import dev.jktcp.HandleOptions;
import dev.jktcp.StreamHandle;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.RawEnd;
import dev.jktcp.impl.frame.Said;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The adapter's end of one session in the hands of a test. */
final class ScriptedAdapter {
  static final String NAME = "x";
  static final long LEASE_MS = 9_000;
  static final int SEND_BUFFER = 100_000;
  static final long ORPHAN_TIMEOUT_MS = 60_000;
  static final SocketAddress LOCAL = SocketAddress.inetSocketAddress(50_000, "10.0.0.1");
  static final SocketAddress REMOTE = SocketAddress.inetSocketAddress(80, "10.0.0.2");

  final RawEnd end;
  final List<JsonObject> hellos = new ArrayList<>(); // lab context
  private final Lab lab;
  private final Vertx vertx;
  private long number;
  private long heard;

  ScriptedAdapter(Lab lab, Vertx vertx) throws Exception {
    this.lab = lab;
    this.vertx = vertx;
    this.end = new RawEnd(lab, vertx, "test.session");
  }

  /** Answers every hello from now on. */
  void listen() throws Exception {
    lab.run(
        () ->
            vertx
                .eventBus()
                .<JsonObject>consumer(
                    BusNames.adapter(NAME),
                    message -> {
                      hellos.add(message.body());
                      end.talkTo(message.body().getString("address"));
                      message.reply(
                          new JsonObject()
                              .put("session", end.address())
                              .put("leaseMs", LEASE_MS)
                              .put("sendBuffer", SEND_BUFFER)
                              .put("orphanTimeoutMs", ORPHAN_TIMEOUT_MS)
                              .put("shutdownTimeoutMs", 0)); // nobody moves the time then
                    }));
    lab.settle();
  }

  /** A handle with this adapter, on the lab's context. */
  AdapterHandle handle(HandleOptions options) throws Exception {
    options.setClock(lab.clock);
    return lab.result(lab.call(() -> AdapterHandle.of(vertx, NAME, options)));
  }

  /** All that came since the last time. It counts as heard by what is said from now on. */
  List<Frame> heard() throws Exception {
    List<Frame> frames = end.nextFrames();
    for (Frame frame : frames) heard = Math.max(heard, frame.number());
    return frames;
  }

  Frame heardOne() throws Exception {
    List<Frame> frames = heard();
    if (frames.size() != 1) throw new AssertionError("not one frame: " + frames);
    return frames.get(0);
  }

  /** Something new to say of the channel. */
  Said of(long id) {
    return Said.of(id, ++number).heard(heard);
  }

  /** Confirms what was heard. */
  void confirm(long id) throws Exception {
    end.say(of(id).flags(Frame.ANSWER));
  }

  static Detail.Opened opened(long server) {
    return new Detail.Opened(LOCAL, REMOTE, server);
  }

  /** Lets the connection open, with credit for so many bytes. */
  StreamHandle open(AdapterHandle handle, long credit) throws Exception {
    Future<StreamHandle> stream = lab.call(() -> handle.connect("10.0.0.2", 80));
    Frame asked = heardOne();
    end.say(of(asked.id()).flags(Frame.OPENED).credit(0, credit).detail(opened(0)));
    return lab.result(stream);
  }
}
