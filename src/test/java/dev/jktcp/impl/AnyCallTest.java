package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpControl;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A user who makes any call of an adapter and its streams at any time, over a bad link, with
 * options at their least, until one of the adapters goes away. Every future must complete, every
 * stream must be told its end once and nothing after it, and no timer may be left.
 */
@ExtendWith(VertxExtension.class)
class AnyCallTest {
  private static final int SEEDS = Integer.getInteger("lives", 300);
  private static final int FIRST = Integer.getInteger("first", 1);
  private static final int STEPS = 120;

  private final Map<Future<?>, String> asked = new LinkedHashMap<>();
  private final List<Told> told = new ArrayList<>();
  private final List<TcpServer> servers = new ArrayList<>();
  private final List<Throwable> thrown = new ArrayList<>();
  private Lab lab;
  private SimRandom random;
  private long written;

  /** What one stream has told its user. */
  private static final class Told {
    final TcpStream stream;
    final List<String> events = new ArrayList<>();
    boolean closed;

    Told(TcpStream stream) {
      this.stream = stream;
      stream.handler(data -> note("data"));
      stream.endHandler(v -> note("end"));
      stream.exceptionHandler(error -> note("error"));
      stream.closeHandler(v -> note("closed"));
    }

    void note(String event) {
      boolean again = events.contains(event);
      if (closed || (again && !event.equals("data"))) {
        throw new AssertionError(event + " after " + events);
      }
      closed = event.equals("closed");
      if (!again) {
        events.add(event);
      }
    }
  }

  @Test
  void anyCall_completesAndLeavesNothing(Vertx vertx) throws Exception {
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        run(vertx, seed);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e, e);
      }
    }
    assertTrue(written > SEEDS, "only " + written + " writes completed");
  }

  private void run(Vertx vertx, long seed) throws Exception {
    lab = new Lab(vertx);
    random = new SimRandom(seed);
    asked.clear();
    told.clear();
    servers.clear();
    thrown.clear();
    lab.context.exceptionHandler(thrown::add);
    PipeTransport.Pair pipe = PipeTransport.pair();
    String faults =
        "loss="
            + random.oneOf("0", "0.01", "0.2")
            + ",delay="
            + random.below(50)
            + "ms,seed="
            + seed;
    PacketTransport bad = new FaultyTransport(pipe.left(), FaultSpec.parse(faults), lab.clock);
    AdapterImpl left = lab.adapter(bad, options(AdapterPair.LEFT));
    AdapterImpl right = lab.adapter(pipe.right(), options(AdapterPair.RIGHT));
    for (int i = 0; i < STEPS; i++) {
      lab.run(() -> step(random.chance(0.5) ? left : right));
      lab.drive(random.oneOf(0, 0, 1, 10, 100, 3_000), () -> false);
    }
    Future<Void> over = lab.call(random.chance(0.5) ? left::close : () -> left.shutdown(some()));
    assertTrue(lab.drive(300_000, over::isComplete), "the adapter does not end");
    Future<Void> peerOver = lab.call(right::close);
    assertTrue(lab.drive(300_000, peerOver::isComplete), "the peer does not end");
    lab.drive(10, () -> false);
    lab.run(
        () -> {
          for (Map.Entry<Future<?>, String> each : asked.entrySet()) {
            assertTrue(each.getKey().isComplete(), "never completes: " + each.getValue());
          }
          for (Told each : told) {
            each.stream.resume(); // data that waits is an end that waits
          }
        });
    lab.drive(1_000, () -> false);
    assertEquals(List.of(), thrown);
    for (Told each : told) {
      assertTrue(each.closed, () -> "is not told of its end: " + each.events);
    }
    assertEquals(0, lab.timers());
  }

  private AdapterOptions options(List<String> addresses) {
    AdapterOptions o = new AdapterOptions().setLocalAddresses(addresses);
    o.setProfile(random.oneOf(TcpProfile.RELIABLE_LINK, TcpProfile.INTERNET));
    o.setSendBuffer(random.oneOf(2000, 4096, 262_144));
    o.setReceiveBuffer(random.oneOf(2000, 4096, 262_144));
    o.setMaxPendingWrites(random.oneOf(1, 1000, 262_144));
    o.setMaxConnections(random.oneOf(1, 3, 100));
    o.setMaxHalfOpen(random.oneOf(0, 1, 100));
    o.setBacklog(random.oneOf(1, 100));
    o.setMaxTimeWait(random.oneOf(0, 1, 100));
    o.setMaxBytesHeld(random.oneOf(65_536L, 1L << 20, 1L << 30));
    o.setFirstLocalPort(random.oneOf(49_152, 65_534));
    o.setOrphanTimeout(some());
    o.setFinWait2(some());
    return o;
  }

  private Duration some() {
    return Duration.ofMillis(random.oneOf(1L, 100L, 5_000L, 60_000L));
  }

  private <T> Future<T> ask(String what, Supplier<Future<T>> call) {
    try {
      Future<T> future = call.get();
      asked.put(future, what);
      return future;
    } catch (IllegalArgumentException | IllegalStateException refused) {
      return Future.failedFuture(refused);
    }
  }

  private void step(AdapterImpl adapter) {
    switch (random.below(16)) {
      case 0, 1 -> connect(adapter);
      case 2 -> {
        int port = random.oneOf(80, 81);
        ask("listen", () -> adapter.listen(port, s -> told.add(new Told(s))))
            .onSuccess(servers::add);
      }
      case 3 -> {
        if (!servers.isEmpty() && random.chance(0.1)) {
          ask("close of a server", servers.get(random.below(servers.size()))::close);
        }
      }
      case 4 -> ask("ping", () -> adapter.ping(peerOf(adapter), some()));
      case 5 -> ask("stats", adapter::stats);
      default -> {
        if (!told.isEmpty()) {
          call(told.get(random.below(told.size())).stream);
        }
      }
    }
  }

  private String peerOf(AdapterImpl adapter) {
    boolean isLeft = adapter.options().getLocalAddresses().equals(AdapterPair.LEFT);
    List<String> others = isLeft == random.chance(0.9) ? AdapterPair.RIGHT : AdapterPair.LEFT;
    return others.get(random.below(others.size()));
  }

  private void connect(AdapterImpl adapter) {
    TcpConnectOptions to =
        new TcpConnectOptions().setHost(peerOf(adapter)).setPort(random.oneOf(80, 81));
    if (random.chance(0.3)) {
      to.setTuning(tuning());
    }
    if (random.chance(0.2)) {
      to.setIdleTimeout(some());
    }
    ask("connect", () -> adapter.connect(to)).onSuccess(s -> told.add(new Told(s)));
  }

  private TcpTuning tuning() {
    return TcpTuning.DEFAULT.with(
        t -> {
          t.noDelay(random.chance(0.5)).keepAlive(random.chance(0.5));
          if (random.chance(0.3)) {
            t.linger(some());
          }
          if (random.chance(0.3)) {
            t.userTimeout(some()).connectTimeout(some());
          }
        });
  }

  private void call(TcpStream s) {
    switch (random.below(22)) {
      case 0, 1, 2, 3, 4, 5 -> {
        Buffer data = Buffer.buffer(new byte[random.oneOf(0, 1, 1000, 50_000)]);
        ask("write", () -> s.write(data)).onSuccess(v -> written++);
      }
      case 6, 7 -> s.pause();
      case 8, 9, 10 -> s.resume();
      case 11 -> s.fetch(random.oneOf(0L, 1L, 5L, Long.MAX_VALUE));
      case 12 -> ask("end", s::end);
      case 13 -> ask("close", s::close);
      case 14 -> ask("reset", s::reset);
      case 15 -> ask("info", s::info);
      case 16 -> ask("tune", () -> TcpControl.of(s).tune(tuning()));
      case 17 -> ask("urgent", () -> TcpControl.of(s).writeUrgent(Buffer.buffer("!")));
      case 18 -> s.setWriteQueueMaxSize(random.oneOf(1, 100_000));
      case 19 -> s.drainHandler(v -> writeOnce(s));
      case 20 -> ask("tuning", TcpControl.of(s)::tuning);
      default -> ask("ahead", TcpControl.of(s)::urgentAhead);
    }
  }

  /** If it wrote at each drain, a connection to the adapter itself would never be idle. */
  private void writeOnce(TcpStream s) {
    s.drainHandler(null);
    ask("write at a drain", () -> s.write(Buffer.buffer("x")));
  }
}
