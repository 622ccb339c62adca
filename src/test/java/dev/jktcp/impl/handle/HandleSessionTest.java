package dev.jktcp.impl.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.EndOf;
import dev.jktcp.HandleOptions;
import dev.jktcp.StreamHandle;
import dev.jktcp.TcpException;
import dev.jktcp.TcpServer;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Detail.Ended.Kind;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.junit5.VertxExtension;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How a handle finds its adapter, keeps it, and loses it; the test is the adapter. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HandleSessionTest {
  private static final long BEAT_MS = ScriptedAdapter.LEASE_MS / 3;

  /** For so long a goodbye may be answered. */
  private static final long BYE_MS = 200;

  private Vertx vertx;
  private Lab lab;
  private ScriptedAdapter adapter;

  @BeforeEach
  void makeLab(Vertx inVertx) throws Exception {
    vertx = inVertx;
    lab = new Lab(vertx);
    adapter = new ScriptedAdapter(lab, vertx);
  }

  private HandleOptions options() {
    return new HandleOptions().setClock(lab.clock);
  }

  private AdapterHandle handle() throws Exception {
    adapter.listen();
    return adapter.handle(options());
  }

  private Future<AdapterHandle> asked() throws Exception {
    return lab.call(() -> AdapterHandle.of(vertx, ScriptedAdapter.NAME, options()));
  }

  private static void assertFailure(CloseReason reason, String message, Throwable failure) {
    TcpException tcp = assertInstanceOf(TcpException.class, failure);
    assertEquals(message, tcp.getMessage());
    assertEquals(reason, tcp.reason());
  }

  private static void assertState(String message, Throwable failure) {
    assertEquals(message, assertInstanceOf(IllegalStateException.class, failure).getMessage());
  }

  private List<Throwable> closes(AdapterHandle handle) throws Exception {
    List<Throwable> closes = new ArrayList<>();
    lab.run(() -> EndOf.handle(handle, closes::add));
    return closes;
  }

  private void bye(CloseReason reason, String message) throws Exception {
    Detail why = new Detail.Ended(Kind.TCP, reason, message, null);
    adapter.end.say(Frame.session(Frame.BYE | Frame.ANSWER, 0, (Detail.Ended) why));
  }

  /** The adapter has heard it. */
  private void close(AdapterHandle handle) throws Exception {
    Future<Void> closed = lab.call(handle::close);
    adapter.end.say(Frame.session(Frame.BYE | Frame.ANSWER, 0, null));
    lab.result(closed);
  }

  // --- the beginning

  @Test
  void noSuchAdapter_fails_andNamesTheNearest() throws Exception {
    String message =
        "no adapter 'x' in this Vert.x: deploy an AdapterVerticle with that name first";
    assertState(message, lab.failure(asked()));
    vertx.sharedData().getLocalMap("dev.jktcp.adapters").put("xy", "xy");
    vertx.sharedData().getLocalMap("dev.jktcp.adapters").put("tunnel", "tunnel");
    assertState(message + "; known are tunnel, xy", lab.failure(asked()));
    assertEquals(0, lab.timers());
  }

  private void onHello(Handler<Message<JsonObject>> handler) throws Exception {
    lab.run(() -> vertx.eventBus().<JsonObject>consumer(BusNames.adapter("x"), handler));
  }

  @Test
  void adapterThatDoesNotAnswer_failsInTime() throws Exception {
    List<JsonObject> hellos = new ArrayList<>();
    onHello(message -> hellos.add(message.body()));
    Future<AdapterHandle> asked = asked();
    lab.advanceMs(9_999);
    assertFalse(asked.isComplete());
    lab.advanceMs(1);
    assertFailure(
        CloseReason.BUS_LOST, "adapter 'x' did not answer within 10000 ms", lab.failure(asked));
    assertEquals(0, lab.timers());
    assertEquals(1, hellos.stream().map(hello -> hello.getString("address")).distinct().count());
  }

  /** Vert.x calls that a timeout, at once. */
  @Test
  void adapterThatLeaves_withTheHelloUnread_isNotThere() throws Exception {
    MessageConsumer<JsonObject> leaves =
        lab.call(() -> vertx.eventBus().consumer(BusNames.adapter("x"), message -> {}));
    lab.run(leaves::pause);
    Future<AdapterHandle> asked = asked();
    lab.settle();
    lab.run(leaves::unregister);
    assertState(
        "no adapter 'x' in this Vert.x: deploy an AdapterVerticle with that name first",
        lab.failure(asked));
    assertEquals(0, lab.timers());
  }

  @Test
  void requestTimeout_isTheUsersToChoose() throws Exception {
    onHello(message -> {});
    Future<AdapterHandle> asked =
        lab.call(
            () ->
                AdapterHandle.of(
                    vertx,
                    ScriptedAdapter.NAME,
                    options().setRequestTimeout(Duration.ofMillis(700))));
    lab.advanceMs(699);
    assertFalse(asked.isComplete());
    lab.advanceMs(1);
    assertFailure(
        CloseReason.BUS_LOST, "adapter 'x' did not answer within 700 ms", lab.failure(asked));
  }

  @Test
  void helloThatIsLost_isSaidAgain() throws Exception {
    int[] lost = {2};
    vertx
        .eventBus()
        .addOutboundInterceptor(
            delivery -> {
              boolean hello = delivery.message().address().equals(BusNames.adapter("x"));
              if (!hello || lost[0]-- <= 0) delivery.next();
            });
    adapter.listen();
    Future<AdapterHandle> asked = asked();
    lab.advanceMs(599);
    assertFalse(asked.isComplete());
    lab.advanceMs(1);
    assertEquals("x", lab.result(asked).name());
    assertEquals(1, adapter.hellos.size());
  }

  @Test
  void adapterThatRefuses_saysWhy() throws Exception {
    onHello(message -> message.fail(2, "adapter 'x' has 5 sessions"));
    assertState("adapter 'x' has 5 sessions", lab.failure(asked()));
  }

  // --- the end

  @Test
  void adapterThatIsNotHeard_isLost_andItsStreamsFail() throws Exception {
    adapter.listen();
    AdapterHandle handle = adapter.handle(options().setLocal(false));
    StreamHandle stream = adapter.open(handle, 10);
    Recorder recorder = lab.call(() -> Recorder.of(stream));
    List<Throwable> closes = closes(handle);
    lab.advanceMs(ScriptedAdapter.LEASE_MS + BYE_MS);
    String message = "lost on the event bus: adapter 'x' was not heard for 9000 ms";
    assertEquals(List.of("error", "close"), recorder.events());
    assertFailure(CloseReason.BUS_LOST, message, recorder.error());
    assertEquals(1, closes.size());
    assertFailure(CloseReason.BUS_LOST, message, closes.get(0));
    assertFailure(CloseReason.BUS_LOST, message, lab.failure(handle.connect("10.0.0.2", 80)));
    assertFailure(CloseReason.BUS_LOST, message, lab.failure(handle.stats()));
    assertEquals(0, lab.timers());
  }

  @Test
  void adapterThatAnswersBeats_isKept() throws Exception {
    AdapterHandle handle = handle();
    for (int i = 0; i < 10; i++) {
      lab.advanceMs(BEAT_MS);
      assertTrue(adapter.heardOne().has(Frame.BEAT));
      adapter.end.say(Frame.session(Frame.BEAT | Frame.ANSWER, 1, null));
    }
    assertNotNull(adapter.open(handle, 0));
  }

  @Test
  void adapterThatGoes_isLostAtOnce() throws Exception {
    AdapterHandle handle = handle();
    List<Throwable> closes = closes(handle);
    adapter.end.leave();
    lab.advanceMs(BEAT_MS);
    assertFailure(
        CloseReason.BUS_LOST, "lost on the event bus: adapter 'x' is gone", closes.get(0));
  }

  @Test
  void byeOfTheAdapter_endsStreamsAndHandleWithItsReason() throws Exception {
    AdapterHandle handle = handle();
    StreamHandle stream = adapter.open(handle, 10);
    Recorder recorder = lab.call(() -> Recorder.of(stream));
    List<Throwable> closes = closes(handle);
    List<String> order = new ArrayList<>();
    lab.run(() -> stream.closeHandler(v -> order.add("stream")));
    lab.run(() -> handle.closeHandler(v -> order.add("handle")));
    bye(CloseReason.ADAPTER_CLOSED, "adapter closed");
    assertFailure(CloseReason.ADAPTER_CLOSED, "adapter closed", recorder.error());
    assertEquals(List.of("stream", "handle"), order);
    assertEquals(List.of(), closes); // replaced
    assertFailure(
        CloseReason.ADAPTER_CLOSED, "adapter closed", lab.failure(handle.connect("10.0.0.2", 80)));
    assertEquals(0, lab.timers());
    lab.run(() -> EndOf.handle(handle, closes::add));
    lab.settle();
    assertEquals(List.of(), closes); // was told
  }

  @Test
  void closedHandle_saysBye_andResetsItsStreams() throws Exception {
    AdapterHandle handle = handle();
    StreamHandle stream = adapter.open(handle, 10);
    Recorder recorder = lab.call(() -> Recorder.of(stream));
    Future<StreamHandle> connecting = lab.call(() -> handle.connect("10.0.0.2", 80));
    List<Throwable> closes = closes(handle);
    adapter.heard();
    close(handle);
    List<Frame> said = adapter.heard();
    assertTrue(said.get(said.size() - 1).has(Frame.BYE));
    String message = "connection aborted: its handle was closed";
    assertEquals(List.of("error", "close"), recorder.events());
    assertFailure(CloseReason.ABORTED, message, recorder.error());
    assertFailure(CloseReason.ABORTED, message, lab.failure(connecting));
    assertEquals(1, closes.size());
    assertNull(closes.get(0));
    String used = "the handle is closed: take another with AdapterHandle.of";
    assertState(used, lab.failure(handle.connect("10.0.0.2", 80)));
    assertState(used, lab.failure(handle.listen(80, accepted -> {})));
    assertState(used, lab.failure(handle.stats()));
    assertState(used, lab.failure(handle.pcap("file")));
    assertState(used, lab.failure(handle.stopPcap()));
    lab.result(lab.call(handle::close));
    assertEquals(0, lab.timers());
  }

  // --- listening

  private TcpServer listen(AdapterHandle handle, List<StreamHandle> accepted) throws Exception {
    Future<TcpServer> listening = lab.call(() -> handle.listen(80, accepted::add));
    Frame asked = adapter.heardOne();
    assertInstanceOf(Detail.Listen.class, asked.detail());
    SocketAddress all = SocketAddress.inetSocketAddress(80, "0.0.0.0");
    adapter.end.say(adapter.of(asked.id()).flags(Frame.OPENED).detail(new Detail.Listening(all)));
    TcpServer server = lab.result(listening);
    assertEquals(80, server.port());
    assertEquals(all, server.localAddress());
    return server;
  }

  @Test
  void acceptedConnection_isGivenToTheHandlerOnce() throws Exception {
    AdapterHandle handle = handle();
    List<StreamHandle> accepted = new ArrayList<>();
    listen(handle, accepted);
    Frame first = adapter.of(-1).flags(Frame.OPENED).detail(ScriptedAdapter.opened(1)).frame();
    adapter.end.say(first);
    adapter.end.say(first);
    assertEquals(1, accepted.size());
    assertEquals(ScriptedAdapter.REMOTE, accepted.get(0).remoteAddress());
    adapter.end.say(
        adapter
            .of(-1)
            .flags(Frame.OPENED | Frame.OVER | Frame.DONE)
            .detail(new Detail.Ended(Kind.TCP, CloseReason.RESET, "connection reset", null)));
    adapter.heard();
    adapter.end.say(first);
    assertEquals(1, accepted.size());
    assertTrue(adapter.heardOne().has(Frame.GONE));
  }

  @Test
  void connectionOfAClosedServer_isNotTaken() throws Exception {
    AdapterHandle handle = handle();
    List<StreamHandle> accepted = new ArrayList<>();
    TcpServer server = listen(handle, accepted);
    Future<Void> closed = lab.call(server::close);
    assertTrue(adapter.heardOne().has(Frame.CLOSE));
    adapter.end.say(adapter.of(-1).flags(Frame.OPENED).detail(ScriptedAdapter.opened(1)));
    assertEquals(List.of(), accepted);
    assertTrue(adapter.heardOne().has(Frame.GONE));
    assertFalse(closed.isComplete());
    adapter.end.say(adapter.of(1).flags(Frame.OPENED | Frame.DONE));
    lab.result(closed);
    lab.result(lab.call(server::close));
  }

  @Test
  void portThatIsTaken_failsToListen() throws Exception {
    AdapterHandle handle = handle();
    Future<TcpServer> listening = lab.call(() -> handle.listen(80, stream -> {}));
    adapter.heard();
    adapter.end.say(
        adapter
            .of(1)
            .flags(Frame.DONE)
            .detail(new Detail.Ended(Kind.TCP, null, "port 80 is taken", null)));
    assertFailure(null, "port 80 is taken", lab.failure(listening));
  }

  // --- contexts

  @Test
  void callersOfAnotherContext_haveASessionOfTheirOwn() throws Exception {
    AdapterHandle handle = handle();
    ContextInternal other =
        ((VertxInternal) vertx)
            .contextBuilder()
            .withEventLoop(lab.context.nettyEventLoop())
            .build();
    lab.run(() -> other.dispatch(null, v -> handle.connect("10.0.0.2", 80)));
    lab.settle();
    lab.run(() -> other.dispatch(null, v -> handle.connect("10.0.0.2", 80)));
    lab.settle();
    assertEquals(2, adapter.hellos.size());
    assertNotEquals(
        adapter.hellos.get(0).getString("address"), adapter.hellos.get(1).getString("address"));
    handle.connect("10.0.0.2", 80); // of none: the one of the handle itself
    lab.settle();
    assertEquals(2, adapter.hellos.size());
    assertEquals(List.of(1L, 1L, 2L), adapter.heard().stream().map(Frame::id).sorted().toList());
  }

  // --- what was let go of

  /** Collected, that is; the collector is free to take its time, but it does not. */
  private static void collect(WeakReference<?> reference) {
    for (int i = 0; i < 100 && reference.get() != null; i++) System.gc();
    assertNull(reference.get(), "still held");
  }

  private interface Use {
    void of(StreamHandle stream) throws Exception;
  }

  private WeakReference<StreamHandle> used(AdapterHandle handle, Use use) throws Exception {
    StreamHandle stream = adapter.open(handle, 10);
    lab.run(() -> use.of(stream));
    lab.settle();
    adapter.heard();
    return new WeakReference<>(stream);
  }

  private void assertLetGo(AdapterHandle handle, Use use) throws Exception {
    collect(used(handle, use));
    lab.advanceMs(BEAT_MS);
    assertTrue(adapter.heard().stream().anyMatch(frame -> frame.has(Frame.RESET)));
    close(handle);
  }

  private void assertKept(AdapterHandle handle, Use use) throws Exception {
    collect(used(handle, use));
    lab.advanceMs(BEAT_MS);
    assertTrue(adapter.heard().stream().noneMatch(frame -> frame.has(Frame.RESET)));
    close(handle);
  }

  @Test
  void forgottenStream_isReset() throws Exception {
    assertLetGo(handle(), stream -> {});
  }

  @Test
  void streamWhoseHandlersWereTakenBack_isReset() throws Exception {
    assertLetGo(
        handle(),
        stream -> {
          stream.handler(data -> {}).endHandler(v -> {}).exceptionHandler(error -> {});
          stream.handler(null).endHandler(null).exceptionHandler(null);
        });
  }

  @Test
  void streamWithAHandler_isKept() throws Exception {
    assertKept(handle(), stream -> stream.handler(data -> {}));
  }

  @Test
  void streamWithACloseHandler_isKept() throws Exception {
    assertKept(handle(), stream -> stream.closeHandler(v -> {}));
  }

  @Test
  void streamWithAnUntakenWrite_isKept() throws Exception {
    assertKept(handle(), stream -> stream.write(Buffer.buffer("x")));
  }

  @Test
  void streamThatEnds_isKeptUntilItHas() throws Exception {
    assertKept(handle(), StreamHandle::end);
  }

  @Test
  void streamThatCloses_isKeptUntilItHas() throws Exception {
    assertKept(handle(), StreamHandle::close);
  }

  @Test
  void connectionNobodyWaitedFor_isReset() throws Exception {
    AdapterHandle handle = handle();
    lab.run(() -> handle.connect("10.0.0.2", 80));
    adapter.heard();
    adapter.end.say(adapter.of(1).flags(Frame.OPENED).detail(ScriptedAdapter.opened(0)));
    System.gc();
    lab.advanceMs(BEAT_MS);
    assertTrue(adapter.heard().stream().anyMatch(frame -> frame.has(Frame.RESET)));
    assertNotNull(handle.name());
  }

  @Test
  void forgottenHandle_saysBye_andLeavesNothing() throws Exception {
    collect(new WeakReference<>(handle()));
    lab.advanceMs(BEAT_MS + BYE_MS);
    List<Frame> said = adapter.heard();
    assertTrue(said.get(said.size() - 1).has(Frame.BYE));
    assertEquals(0, lab.timers());
  }

  @Test
  void forgottenHandleWithAListener_isKept() throws Exception {
    List<StreamHandle> accepted = new ArrayList<>();
    AdapterHandle handle = handle();
    listen(handle, accepted);
    WeakReference<AdapterHandle> reference = new WeakReference<>(handle);
    handle = null;
    collect(reference);
    lab.advanceMs(BEAT_MS);
    assertTrue(adapter.heard().stream().noneMatch(frame -> frame.has(Frame.BYE)));
    adapter.end.say(adapter.of(-1).flags(Frame.OPENED).detail(ScriptedAdapter.opened(1)));
    assertEquals(1, accepted.size());
  }
}
