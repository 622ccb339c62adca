package dev.jktcp.proof.attacks;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStats;
import dev.jktcp.TcpStream;
import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The program that {@link SynFloodIT} runs in a heap of 256 MB: 10,000 SYNs a second from invented
 * addresses come to an adapter to which a transfer is under way and to which others connect.
 */
public final class SynFloodRun {
  private static final int FLOOD_MS = 5_000;
  private static final int TICK_MS = 5;
  private static final int SYNS_A_TICK = 50;
  private static final int CONNECT_EVERY_MS = 50;
  private static final int BULK = 80;
  private static final int GREETED = 81;
  private static final int CHUNK = 16 * 1024;
  private static final int STREAM = 3;
  private static final int LIMIT_S = 60;

  private final Vertx vertx = Vertx.vertx();
  private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
  private final FloodedTransport flooded;
  private final Adapter server;
  private final Adapter client;
  private final Promise<Void> whole = Promise.promise();
  private long sent;
  private long received;
  private long receivedInFlood;
  private long floods;
  private boolean over;

  private SynFloodRun(TcpProfile profile) {
    PipeTransport.Pair pipe = PipeTransport.pair();
    flooded = new FloodedTransport(pipe.left());
    server = Adapter.create(vertx, flooded, options(profile, AdapterPair.LEFT, AdapterPair.RIGHT));
    client =
        Adapter.create(vertx, pipe.right(), options(profile, AdapterPair.RIGHT, AdapterPair.LEFT));
  }

  private static AdapterOptions options(TcpProfile profile, List<String> ours, List<String> peers) {
    return new AdapterOptions().setProfile(profile).setLocalAddresses(ours).setPeerAddresses(peers);
  }

  /**
   * @param arguments the profile's name
   */
  public static void main(String[] arguments) throws Exception {
    SynFloodRun run = new SynFloodRun(TcpProfile.named(arguments[0]));
    run.vertx.exceptionHandler(Throwable::printStackTrace);
    Future<String> summary = run.listen().compose(v -> run.flood());
    System.out.println(get(summary));
    get(run.vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
  }

  private Future<Void> listen() {
    return server
        .listen(BULK, this::receive)
        .compose(v -> server.listen(GREETED, stream -> stream.end(Buffer.buffer("hello"))))
        .mapEmpty();
  }

  private void receive(TcpStream stream) {
    stream.handler(
        bytes -> {
          byte[] got = bytes.getBytes();
          check(TestBytes.mismatch(STREAM, received, got, 0, got.length) < 0, "another byte");
          received += got.length;
        });
    stream.endHandler(v -> whole.complete());
    stream.exceptionHandler(whole::tryFail);
  }

  private Future<String> flood() {
    return client
        .connect(AdapterPair.LEFT.get(0), BULK)
        .compose(
            stream -> {
              send(stream);
              return attack()
                  .compose(
                      greeted -> {
                        receivedInFlood = received;
                        over = true;
                        send(stream);
                        return whole.future().compose(v -> afterwards(greeted));
                      });
            });
  }

  /** Writes for as long as the flood goes on. */
  private void send(TcpStream stream) {
    if (over) {
      stream.drainHandler(null);
      stream.end();
      return;
    }
    while (!stream.writeQueueFull()) {
      stream.write(Buffer.buffer(TestBytes.of(STREAM, sent, CHUNK)));
      sent += CHUNK;
    }
    stream.drainHandler(v -> send(stream));
  }

  /** Completes with how many honest connections there were, all of them greeted. */
  private Future<Integer> attack() {
    List<Future<?>> honest = new ArrayList<>();
    Promise<Void> ended = Promise.promise();
    long began = System.nanoTime();
    vertx.setPeriodic(
        TICK_MS,
        timer -> {
          if (System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(FLOOD_MS)) {
            vertx.cancelTimer(timer);
            ended.complete();
            return;
          }
          flooded.bring(syns());
          if (floods++ % (CONNECT_EVERY_MS / TICK_MS) == 0) {
            honest.add(greeted((int) (floods / 10 % 2)));
          }
        });
    return ended.future().compose(v -> Future.all(honest).map(all -> honest.size()));
  }

  private Future<Void> greeted(int family) {
    return client
        .connect(AdapterPair.LEFT.get(family), GREETED)
        .compose(
            stream -> {
              Promise<Void> done = Promise.promise();
              Buffer heard = Buffer.buffer();
              stream.handler(heard::appendBuffer);
              stream.exceptionHandler(done::tryFail);
              stream.endHandler(
                  v -> {
                    stream.end();
                    if (heard.toString().equals("hello")) done.complete();
                    else done.fail("heard '" + heard + "'");
                  });
              return done.future();
            });
  }

  private Future<String> afterwards(int greeted) {
    return greeted(0)
        .compose(v -> greeted(1))
        .compose(v -> server.stats())
        .map(stats -> summary(greeted, stats));
  }

  private String summary(int greeted, AdapterStats stats) {
    long cookies = stats.counters().get("cookiesSent");
    check(received == sent, received + " of " + sent + " bytes");
    check(receivedInFlood > 1 << 20, "the transfer stood still");
    check(greeted >= 10, "hardly an honest client");
    check(cookies > floods * SYNS_A_TICK / 2, "no flood: " + cookies);
    check(stats.halfOpen() <= AdapterOptions.DEFAULT_MAX_HALF_OPEN, "half-open");
    check(stats.counters().get("cookiesAccepted") >= greeted / 2, "no cookie was of use");
    return floods * SYNS_A_TICK
        + " SYNs, "
        + received
        + " bytes meanwhile, "
        + (greeted + 2)
        + " connections: ok";
  }

  private List<byte[]> syns() {
    List<byte[]> syns = new ArrayList<>();
    for (int i = 0; i < SYNS_A_TICK; i++) {
      boolean v6 = random.nextBoolean();
      TestPacket p = new TestPacket();
      p.src = new byte[v6 ? 16 : 4];
      random.nextBytes(p.src);
      p.src[0] = (byte) (v6 ? 0x20 : 100); // a unicast address
      p.dst = address(v6);
      p.srcPort = 1 + random.nextInt(65_535);
      p.dstPort = random.nextBoolean() ? BULK : GREETED;
      p.seq = random.nextInt();
      p.flags = TestPacket.SYN;
      p.window = 65_535;
      p.options = TestPacket.parseOptions("mss 1460,nop,wscale 7");
      syns.add(p.encode());
    }
    return syns;
  }

  private static byte[] address(boolean v6) {
    return IpAddress.parse(AdapterPair.LEFT.get(v6 ? 1 : 0)).toBytes();
  }

  private static void check(boolean holds, String what) {
    if (!holds) throw new AssertionError(what);
  }
}
