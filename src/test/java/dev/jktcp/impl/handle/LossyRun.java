package dev.jktcp.impl.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStats;
import dev.jktcp.EndOf;
import dev.jktcp.HandleOptions;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.session.AdapterService;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Census;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * One seed: two adapters on a bus that loses, delays and repeats messages, handles on both, and
 * streams between them. What each promised must hold, and nothing may be left.
 */
final class LossyRun {
  /** What came of it. */
  record Result(int flows, int succeeded, int opened, int harmed, boolean clean) {}

  private static final String LEFT = "left";
  private static final String RIGHT = "right";

  /** Every end is called for within 10 s; repetitions and retransmissions need their time. */
  private static final long MOST_MS = 180_000;

  private final Census census;
  private final Lab lab;
  private final SimRandom random;
  private final boolean clean;
  private final boolean graceful;
  private final LossyBus bus;
  private final AdapterImpl left;
  private final AdapterImpl right;
  private final long leaseMs;
  private final List<User> users = new ArrayList<>();
  private final List<Flow> flows = new ArrayList<>();
  private final List<Throwable> thrown = new ArrayList<>();

  /** A handle and its context. */
  private final class User {
    final Context context = lab.sibling();
    final String adapter;
    AdapterHandle handle; // null if it could not be had
    Throwable failure;
    final List<Throwable> told = new ArrayList<>();
    Future<Void> closed;

    User(String adapter, long repeatMs) {
      this.adapter = adapter;
      HandleOptions options =
          new HandleOptions()
              .setClock(lab.clock)
              .setLocal(false) // a bus that loses is one between nodes
              .setRepeat(Duration.ofMillis(repeatMs))
              .setReadBuffer(random.oneOf(1, 1000, 30_000, 262_144, 262_144));
      on(context, () -> AdapterHandle.of(census.vertx(), adapter, options))
          .onSuccess(this::begin)
          .onFailure(cause -> failure = cause);
    }

    private void begin(AdapterHandle got) {
      handle = got;
      EndOf.handle(handle, told::add);
    }

    boolean isThere() {
      return handle != null || failure != null;
    }

    void close() {
      if (handle == null) return;
      Duration inOrder = Duration.ofMillis(random.oneOf(0L, 100L, 3000L, 60_000L));
      boolean atOnce = random.chance(0.5);
      closed = on(context, () -> atOnce ? handle.close() : handle.shutdown(inOrder));
    }
  }

  /** A stream from one handle to another. */
  private final class Flow {
    final User from;
    final User to;
    final int port;
    final Talker client;
    final Talker server;
    Future<TcpServer> listening;
    Future<Void> serverClosed = Future.succeededFuture();
    boolean connected; // or failed to
    int accepts;

    Flow(User from, User to, int port) {
      this.from = from;
      this.to = to;
      this.port = port;
      this.client = new Talker(lab.clock, random.fork(), plan(true));
      this.server = new Talker(lab.clock, random.fork(), plan(false));
    }

    /** Two that wait for each other's end would wait for ever, so only clients wait. */
    private Talker.Plan plan(boolean waits) {
      Talker.Plan last = waits ? Talker.Plan.CLOSE_AFTER_END : Talker.Plan.END;
      if (graceful) return random.oneOf(Talker.Plan.END, last);
      return random.oneOf(Talker.Plan.END, last, last, Talker.Plan.CLOSE, Talker.Plan.RESET);
    }

    void begin() {
      if (from.handle == null || to.handle == null) {
        giveUp(new IllegalStateException("no handle"));
        return;
      }
      listening =
          on(
              to.context,
              () ->
                  to.handle.listen(
                      new TcpListenOptions().setPort(port),
                      stream -> {
                        accepts++;
                        server.begin(stream);
                      }));
      listening.onSuccess(this::connect).onFailure(this::giveUp);
    }

    private void giveUp(Throwable cause) {
      client.fail(cause);
      connected = true;
    }

    private void connect(TcpServer listener) {
      String host = (to.adapter.equals(LEFT) ? AdapterPair.LEFT : AdapterPair.RIGHT).get(port % 2);
      if (random.chance(0.2)) {
        serverClosed = Promise.<Void>promise().future();
        lab.clock.once(random.between(1, 5000), () -> serverClosed = listener.close());
      }
      on(
              from.context,
              () ->
                  from.handle.connect(host, port).onSuccess(client::begin).onFailure(client::fail))
          .onComplete(done -> connected = true);
    }

    /** Once the connecting is over, a server that was not accepted will not be. */
    boolean isOver() {
      return connected
          && client.isOver()
          && (!server.isOpen() || server.isOver())
          && serverClosed.isComplete();
    }

    boolean succeeded() {
      return client.succeeded() && server.succeeded();
    }

    void check() {
      assertTrue(accepts <= 1, "accepted " + accepts + " times");
      if (client.isOpen()) client.check(server);
      if (server.isOpen()) server.check(client);
      if (clean && graceful) assertTrue(succeeded(), "on a clean bus");
    }

    @Override
    public String toString() {
      return "port " + port + "\n  client " + client + "\n  server " + server;
    }
  }

  private <T> Future<T> on(Context context, Supplier<Future<T>> call) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> call.get().onComplete(promise));
    return promise.future();
  }

  static Result run(Census census, long seed) {
    try {
      return new LossyRun(census, seed).run();
    } catch (Exception | AssertionError e) {
      throw new AssertionError("seed " + seed + " (-Dseed=" + seed + " replays it)", e);
    }
  }

  private LossyRun(Census census, long seed) {
    this.census = census;
    census.vertx().exceptionHandler(thrown::add);
    this.lab = new Lab(census.vertx());
    this.random = new SimRandom(seed);
    this.clean = random.chance(0.2);
    this.graceful = random.chance(0.5);
    this.bus = new LossyBus(census.vertx().eventBus(), lab.clock, random.fork(), clean);
    this.leaseMs = random.oneOf(1000, 3000, 10_000);
    PipeTransport.Pair pipe = PipeTransport.pair();
    PacketTransport wire = pipe.left();
    if (random.chance(0.3)) {
      long delayMs = random.between(0, 20);
      String text = "loss=0.01,reorder=0.02,duplicate=0.01,delay=" + delayMs + "ms,seed=" + seed;
      wire = new FaultyTransport(wire, FaultSpec.parse(text), lab.clock);
    }
    left = adapter(wire, AdapterPair.LEFT);
    right = adapter(pipe.right(), AdapterPair.RIGHT);
  }

  private AdapterImpl adapter(PacketTransport transport, List<String> addresses) {
    return lab.adapter(
        transport,
        new AdapterOptions()
            .setLocalAddresses(addresses)
            .setProfile(TcpProfile.named(random.oneOf("reliable-link", "internet")))
            .setReceiveBuffer(random.oneOf(4096, 65_536, 262_144))
            .setSendBuffer(random.oneOf(4096, 65_536, 262_144))
            .setTimeWait(Duration.ofMillis(100))
            .setLease(Duration.ofMillis(leaseMs)));
  }

  private Result run() throws Exception {
    try {
      open();
      await("every handle is there", () -> users.stream().allMatch(User::isThere));
      lab.run(this::talk);
      await("every stream is over", () -> flows.stream().allMatch(Flow::isOver));
      lab.run(() -> flows.forEach(Flow::check));
      lab.run(() -> users.forEach(User::close));
      checkNothingLeft();
      if (!thrown.isEmpty()) throw new AssertionError("thrown by a handler", thrown.get(0));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + describe(), e);
    } finally {
      lab.run(bus::remove);
      left.close();
      right.close();
    }
    assertTrue(lab.drive(10_000, () -> census.consumers().isEmpty() && lab.clock.timers() == 0));
    int succeeded = (int) flows.stream().filter(Flow::succeeded).count();
    int opened = (int) flows.stream().filter(flow -> flow.client.isOpen()).count();
    return new Result(flows.size(), succeeded, opened, bus.harmed, clean);
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    assertTrue(lab.drive(MOST_MS, condition), () -> "not after " + MOST_MS + " ms: " + what);
  }

  private String describe() throws Exception {
    StringBuilder text = new StringBuilder();
    text.append(clean ? "clean" : bus).append(graceful ? ", graceful" : "").append('\n');
    for (User user : users) text.append(user.adapter).append(' ').append(user.failure).append('\n');
    flows.forEach(flow -> text.append(flow).append('\n'));
    text.append("timers ").append(lab.call(lab.clock::timers)).append(' ');
    return text.append(census.consumers()).toString();
  }

  private void open() throws Exception {
    lab.result(lab.call(() -> AdapterService.open(left, LEFT, false)));
    lab.result(lab.call(() -> AdapterService.open(right, RIGHT, false)));
    lab.run(this::makeUsers);
  }

  private void makeUsers() {
    long repeatMs = random.oneOf(50L, 200L);
    for (String name : List.of(LEFT, RIGHT)) {
      for (long i = random.between(1, 3); i > 0; i--) users.add(new User(name, repeatMs));
    }
  }

  private void talk() {
    long count = random.between(1, 6);
    for (int i = 0; i < count; i++) {
      User from = users.get(random.below(users.size()));
      User to;
      do {
        to = users.get(random.below(users.size()));
      } while (to.adapter.equals(from.adapter));
      Flow flow = new Flow(from, to, 1000 + i);
      flows.add(flow);
      lab.clock.once(random.between(1, 1000), flow::begin);
    }
    if (graceful) return;
    for (User user : users) {
      if (random.chance(0.2)) lab.clock.once(random.between(1, 5000), user::close);
    }
    if (!clean && random.chance(0.3)) lab.clock.once(random.between(1, 5000), bus::kill);
  }

  private void checkNothingLeft() throws Exception {
    List<String> adapters = List.of(BusNames.adapter(LEFT), BusNames.adapter(RIGHT));
    // Goodbyes may be lost, so the lease has to pass; and the last TIME-WAIT.
    boolean gone =
        lab.drive(
            leaseMs + 5000,
            () ->
                users.stream().allMatch(user -> user.closed == null || user.closed.isComplete())
                    && census.consumers().equals(adapters)
                    && lab.clock.timers() == 0);
    assertTrue(gone, "something is left");
    for (AdapterImpl adapter : List.of(left, right)) {
      AdapterStats stats = lab.result(adapter.stats());
      assertEquals(0, stats.connections(), "connections");
      assertEquals(0, stats.timeWaits(), "TIME-WAITs");
      assertEquals(0, stats.listeners(), "listeners");
      assertEquals(0, stats.bytesHeld(), "bytes held");
    }
    for (User user : users) {
      if (user.handle == null) continue;
      assertEquals(1, user.told.size(), "a handle's end is told once");
      assertTrue(user.closed.succeeded());
    }
  }
}
