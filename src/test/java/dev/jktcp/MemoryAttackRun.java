package dev.jktcp;

import dev.jktcp.proof.script.RawPeer;
import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketBatchPool;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.transport.PipeTransportOptions;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The program that {@link MemoryAttackIT} runs in a heap of 256 MB: an adapter at one end of a
 * pipe, at the other attackers made of packets, and a good client that echoes all the while and
 * checks every byte. When memory was given back, new good clients must be served.
 */
public final class MemoryAttackRun {
  private static final byte[] OURS = {10, 0, 0, 1};
  private static final byte[] ATTACKERS = {10, 0, 0, 2};
  private static final byte[] GOOD = {10, 0, 0, 3};
  private static final int ECHO = 7;
  private static final int GIVES = 81;
  private static final int EXPOSED = 82;
  private static final int LIMIT_S = 60;
  private static final int GIFT = 100 << 20;
  private static final int PIECE = 64 * 1024;
  private static final int NEW_ONES = 20;
  private static final int BATCHES_AHEAD = 64;

  private enum Attack {
    /** 800 that send to an echo and never take, their windows closed; probes are answered. */
    NEVER_TAKE(800, ECHO, 600_000),
    /** 3,600 with a hole, and 64 KB behind it. */
    HOLES(3_600, ECHO, 64_000),
    /** 900 that are given 100 MB, whether the write queue is full or not, and take nothing. */
    ASK(900, GIVES, 100),
    /** 900 that ask a server behind a handle for it, as {@code expose} has it. */
    ASK_EXPOSED(900, EXPOSED, 100);

    final int attackers;
    final int port;
    final int bytes;

    Attack(int attackers, int port, int bytes) {
      this.attackers = attackers;
      this.port = port;
      this.bytes = bytes;
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final Attack attack;
  private final PipeTransport.Pair pipe =
      PipeTransport.pair(new PipeTransportOptions().setMaxBatches(BATCHES_AHEAD));
  private Adapter adapter;

  // Not collected, or they would close their sockets.
  private AdapterHandle handle;
  private NetServer server;
  private NetClient client;

  private MemoryAttackRun(Attack attack) {
    this.attack = attack;
  }

  /**
   * @param arguments which attack
   */
  public static void main(String[] arguments) throws Exception {
    MemoryAttackRun run = new MemoryAttackRun(Attack.valueOf(arguments[0]));
    run.vertx.exceptionHandler(Throwable::printStackTrace);
    run.listen().toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
    World world = run.new World();
    run.vertx.runOnContext(v -> world.begin());
    String summary =
        world
            .done
            .future()
            .toCompletionStage()
            .toCompletableFuture()
            .get(LIMIT_S, TimeUnit.SECONDS);
    System.out.println(summary);
    System.exit(0);
  }

  // --- the adapter and its users

  private Future<?> listen() {
    AdapterOptions options = new AdapterOptions().addLocalAddress("10.0.0.1").setBacklog(4_096);
    adapter = Adapter.create(vertx, pipe.left(), options);
    return adapter
        .listen(ECHO, MemoryAttackRun::echo)
        .compose(v -> adapter.listen(GIVES, MemoryAttackRun::give))
        .compose(v -> attack == Attack.ASK_EXPOSED ? expose() : Future.succeededFuture());
  }

  private static void echo(TcpStream stream) {
    stream.exceptionHandler(error -> {});
    stream.handler(
        data -> {
          stream.write(data);
          if (stream.writeQueueFull()) stream.pause();
        });
    stream.drainHandler(v -> stream.resume());
    stream.endHandler(v -> stream.end());
  }

  /** A user who does not look at the write queue. */
  private static void give(TcpStream stream) {
    stream.exceptionHandler(error -> {});
    for (int given = 0; given < GIFT; given += PIECE) {
      if (stream.write(Buffer.buffer(new byte[PIECE])).failed()) return;
    }
  }

  private Future<?> expose() {
    Buffer same = Buffer.buffer(new byte[PIECE]);
    client = vertx.createNetClient();
    server =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  int[] given = {0};
                  Runnable more =
                      () -> {
                        while (given[0] < GIFT && !socket.writeQueueFull()) {
                          socket.write(same); // another process's, as it were
                          given[0] += PIECE;
                        }
                      };
                  socket.exceptionHandler(error -> {});
                  socket.drainHandler(v -> more.run());
                  more.run();
                });
    return server
        .listen(0, "127.0.0.1")
        .compose(v -> adapter.toHandle())
        .compose(
            made -> {
              handle = made;
              return made.listen(EXPOSED, stream -> join(stream));
            });
  }

  private void join(StreamHandle stream) {
    stream.pause();
    client
        .connect(server.actualPort(), "127.0.0.1")
        .onSuccess(socket -> Pump.between(stream, socket).start())
        .onFailure(error -> stream.reset());
  }

  // --- the other end of the pipe

  /** All that is not the adapter's, on a context of its own. */
  private final class World implements PacketTransport.Receiver {
    private final Promise<String> done = Promise.promise();
    private final PacketBatchPool pool = new PacketBatchPool();
    private final ArrayDeque<byte[]> out = new ArrayDeque<>();
    private final Map<Integer, Attacker> attackers = new HashMap<>();
    private final List<Attacker> all = new ArrayList<>();
    private final byte[] packet = new byte[2_000];
    private final List<GoodClient> newOnes = new ArrayList<>();
    private final long startNs = System.nanoTime();
    private IpStack good;
    private GoodClient first;
    private long resetsSeenNs;
    private long firstBeforeNewOnes;

    void begin() {
      Context context = vertx.getOrCreateContext();
      pipe.right().open(context, this);
      good = new IpStack(new StackOptions().addAddress(IpAddress.of(GOOD)), startNs, ~startNs);
      first = new GoodClient(1, Integer.MAX_VALUE);
      vertx.setPeriodic(2, v -> turn());
      vertx.setPeriodic(100, v -> again());
      vertx.setPeriodic(1_000, v -> judge());
    }

    @Override
    public void onBatch(PacketBatch batch) {
      for (int i = 0; i < batch.count(); i++) {
        take(batch.bytes(), batch.offset(i), batch.length(i));
      }
      batch.release();
      flush();
    }

    private void take(byte[] bytes, int offset, int length) {
      if (bytes[offset + 19] == GOOD[3]) {
        good.onPacket(bytes, offset, length, System.nanoTime());
        return;
      }
      TestPacket p = TestPacket.decode(bytes, offset, length);
      Attacker attacker = attackers.get(p.dstPort);
      if (attacker != null) attacker.hear(p);
    }

    @Override
    public void onWritable() {
      flush();
    }

    @Override
    public void onClosed(Throwable cause) {
      done.tryFail("the adapter closed: " + cause);
    }

    private void turn() {
      good.onTick(System.nanoTime());
      first.onEvents(0);
      newOnes.forEach(each -> each.onEvents(0));
      // A few at a time, so that what waits here is not the attack.
      boolean calm = first.echoed > 100_000;
      for (int i = 0; calm && i < 8 && all.size() < attack.attackers && out.size() < 500; i++) {
        Attacker attacker = new Attacker(10_000 + all.size());
        attackers.put(attacker.peer.port(), attacker);
        all.add(attacker);
        attacker.peer.open(0);
      }
      flush();
    }

    /** What was not acknowledged goes again. */
    private void again() {
      for (Attacker attacker : all) {
        if (out.size() > 2_000) return;
        attacker.again();
      }
    }

    private void flush() {
      goodEvents();
      while (!pipe.right().isFull()) {
        PacketBatch batch = pool.acquire();
        int length = 0;
        while (batch.room() >= packet.length
            && (length = good.pollPacket(packet, 0, System.nanoTime())) > 0) {
          batch.append(packet, 0, length);
        }
        while (batch.room() >= packet.length && !out.isEmpty()) {
          byte[] next = out.poll();
          batch.append(next, 0, next.length);
        }
        if (batch.isEmpty()) {
          batch.release();
          return;
        }
        pipe.right().send(batch);
      }
    }

    private void goodEvents() {
      for (TcpConnection c; (c = good.pollEvent()) != null; ) {
        int events = c.takeEvents();
        ((GoodClient) c.attachment()).onEvents(events);
      }
    }

    /** When memory was short and is not any more, new ones are served; then all is well. */
    private void judge() {
      if (first.broken != null) done.tryFail("the good client: " + first.broken);
      newOnes.forEach(GoodClient::tryAgain);
      adapter.stats().onSuccess(this::judge);
    }

    private void judge(AdapterStats stats) {
      Map<String, Long> counters = stats.counters();
      if (stats.memoryHeld() > stats.maxBytesHeld() * 9 / 8) {
        done.tryFail(stats.memoryHeld() + " held, the limit is " + stats.maxBytesHeld());
      }
      boolean attacked =
          all.size() == attack.attackers
              && counters.get("memoryResets")
                      + counters.get("memoryDrops")
                      + counters.get("memoryDisorderDrops")
                  > 0;
      // The attackers go on while new ones come.
      boolean relieved =
          (counters.get("memoryResets") > 50 || attack == Attack.HOLES)
              && stats.memoryHeld() < stats.maxBytesHeld() * 7 / 8;
      if (newOnes.isEmpty() && attacked && relieved) {
        firstBeforeNewOnes = first.echoed;
        for (int i = 0; i < NEW_ONES; i++) newOnes.add(new GoodClient(2 + i, 50_000));
      }
      long served = newOnes.stream().filter(each -> each.echoed == each.size).count();
      if (served == NEW_ONES && first.echoed > firstBeforeNewOnes) {
        done.tryComplete(
            attack
                + " after "
                + (System.nanoTime() - startNs) / 1_000_000_000L
                + " s: "
                + first.echoed
                + " bytes echoed beside it, "
                + served
                + " new ones served, held "
                + stats.memoryHeld()
                + " of "
                + stats.maxBytesHeld()
                + ", "
                + counters
                + ": ok");
      }
    }

    private final class Attacker {
      private final RawPeer peer;
      private int sent;

      Attacker(int port) {
        peer = new RawPeer(ATTACKERS, port, OURS, attack.port, port, out::add);
      }

      void hear(TestPacket p) {
        peer.hear(p);
        send();
      }

      private void send() {
        int from = attack == Attack.HOLES ? Math.max(1_000, sent) : sent;
        int most = attack == Attack.HOLES ? attack.bytes : Math.min(attack.bytes, peer.edge());
        if (peer.isOpen() && most > from) {
          sent = Math.min(most, from + 16_000);
          peer.send(from, sent);
        }
      }

      void again() {
        if (attack != Attack.HOLES && peer.acked() < sent) sent = peer.acked();
        send();
      }
    }

    /** Writes what it has, and takes it back from the echo. */
    private final class GoodClient {
      private static final int AHEAD = 32 * 1024;
      private static final int BYTES_A_MS = 1_000; // the processor is for the others

      private final int stream;
      private final int size;
      private TcpConnection connection;
      private int written;
      private int echoed;
      private String broken;

      GoodClient(int stream, int size) {
        this.stream = stream;
        this.size = size;
        open();
      }

      private void open() {
        try {
          connection = good.connect(ConnectRequest.to(IpAddress.of(OURS), ECHO), System.nanoTime());
          connection.attach(this);
        } catch (StackException e) {
          broken = e.getMessage();
        }
      }

      /** As a user does whose connection was refused, or reset before it was served. */
      void tryAgain() {
        if (broken == null) return;
        broken = null;
        written = 0;
        echoed = 0;
        open();
      }

      void onEvents(int events) {
        if (broken != null) return;
        if (connection.closeReason() != null) broken = "ended " + connection.closeReason();
        Slice slice;
        while ((slice = connection.read(Integer.MAX_VALUE, System.nanoTime())) != null) {
          int wrong =
              TestBytes.mismatch(stream, echoed, slice.bytes(), slice.offset(), slice.length());
          if (wrong >= 0) broken = "another byte than " + (echoed + wrong) + " was";
          echoed += slice.length();
        }
        long sinceMs = (System.nanoTime() - startNs) / 1_000_000;
        int pace = (int) Math.min(size, sinceMs * BYTES_A_MS);
        int more = Math.min(pace - written, AHEAD - (written - echoed));
        if (more > 0 && connection.closeReason() == null) {
          byte[] bytes = TestBytes.of(stream, written, more);
          written += connection.write(bytes, 0, more, System.nanoTime());
        }
      }
    }
  }
}
