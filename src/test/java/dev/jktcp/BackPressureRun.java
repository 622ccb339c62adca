package dev.jktcp;

import dev.jktcp.transport.BusBridge;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.BusTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.StreamTransportOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The program that {@link BackPressureIT} runs in a small heap: sends 1 GiB from one adapter to
 * another through sockets and a relay, stalls what it is told to for 10 s on the way, and checks
 * every byte.
 */
public final class BackPressureRun {
  private static final long TOTAL = 1L << 30;
  private static final long STALL_AT = TOTAL / 4;
  private static final int STALL_MS = 10_000;
  private static final int LIMIT_S = 550;
  private static final int PORT = 80;

  /** Two buffers of 256 KiB, and what transports and kernel sockets on the way may hold. */
  private static final long MOST_ON_THE_WAY = 32 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final Relay relay = new Relay();
  private final boolean stallsReader;
  private final boolean throughHandles;
  private final boolean overBridges;

  // Not collected, or they would close their sockets.
  private NetServer server;
  private NetClient client;
  private Writer writer;
  private AdapterHandle fromHandle;
  private AdapterHandle toHandle;

  private BackPressureRun(String stalled) {
    overBridges = stalled.equals("bridge");
    throughHandles = overBridges || stalled.equals("handle");
    stallsReader = stalled.equals("reader") || stalled.equals("handle");
  }

  /**
   * @param arguments what is stalled: {@code reader}, {@code transport}, {@code handle}, the reader
   *     being one, or {@code bridge}, the transport being one's
   */
  public static void main(String[] arguments) throws Exception {
    BackPressureRun run = new BackPressureRun(arguments[0]);
    run.vertx.exceptionHandler(Throwable::printStackTrace);
    String summary =
        run.transfer().toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
    System.out.println(summary);
    run.vertx.close().toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
  }

  private Future<String> transfer() {
    Promise<NetSocket> far = Promise.promise();
    server = vertx.createNetServer().connectHandler(far::complete);
    client = vertx.createNetClient();
    return server
        .listen(0, "127.0.0.1")
        .compose(listening -> relay.listen(vertx, client, listening.actualPort()))
        .compose(port -> client.connect(port, "127.0.0.1"))
        .compose(near -> far.future().compose(socket -> transfer(near, socket)));
  }

  private Future<String> transfer(NetSocket near, NetSocket far) {
    return adapter(near, "fd00::1")
        .compose(left -> adapter(far, "fd00::2").compose(right -> transfer(left, right)));
  }

  private Future<String> transfer(Adapter left, Adapter right) {
    if (!throughHandles) {
      return transfer(reader -> right.listen(PORT, reader), () -> left.connect("fd00::2", PORT));
    }
    return Future.join(left.toHandle(), right.toHandle())
        .compose(
            handles -> {
              fromHandle = handles.resultAt(0);
              toHandle = handles.resultAt(1);
              return transfer(
                  reader -> toHandle.listen(PORT, reader::handle),
                  () -> fromHandle.connect("fd00::2", PORT).map(stream -> stream));
            });
  }

  private Future<String> transfer(
      Function<Handler<TcpStream>, Future<?>> listen, Supplier<Future<TcpStream>> connect) {
    Promise<Long> received = Promise.promise();
    return listen
        .apply(stream -> new Reader(stream, received).start())
        .compose(listening -> connect.get())
        .compose(
            stream -> {
              writer = new Writer(stream);
              writer.write();
              return received
                  .future()
                  .map(bytes -> bytes + " bytes, drained " + writer.drains + " times: ok");
            });
  }

  private Future<Adapter> adapter(NetSocket socket, String address) {
    StreamTransportOptions options = new StreamTransportOptions().setCloser(socket::close);
    PacketTransport transport = PacketTransport.of(socket, socket, options);
    AdapterOptions adapter = new AdapterOptions().addLocalAddress(address).setMtu(16_000);
    if (!overBridges) return Future.succeededFuture(Adapter.create(vertx, transport, adapter));
    BusOptions bus =
        new BusOptions().setToAdapter("to " + address).setFromAdapter("from " + address);
    return BusBridge.open(vertx, transport, bus)
        .map(bridge -> Adapter.create(vertx, new BusTransport(vertx, bus), adapter));
  }

  /** The bytes of the transfer, a chunk at a time. */
  private static final class Content {
    private static final int CHUNK = 64 * 1024;

    private final byte[] chunk = new byte[CHUNK];
    private long index = -1;

    byte[] chunk(long wanted) {
      if (index != wanted) {
        index = wanted;
        new SplittableRandom(wanted).nextBytes(chunk);
      }
      return chunk;
    }
  }

  private static final class Writer {
    private final TcpStream stream;
    private final Content content = new Content();
    private volatile long written;
    private int drains;

    Writer(TcpStream stream) {
      this.stream = stream;
      stream.handler(ignored -> {});
      stream.drainHandler(
          v -> {
            drains++;
            write();
          });
    }

    void write() {
      while (written < TOTAL && !stream.writeQueueFull()) {
        stream.write(Buffer.buffer(content.chunk(written / Content.CHUNK)));
        written = written + Content.CHUNK;
      }
      if (written == TOTAL) stream.end();
    }
  }

  private final class Reader {
    private final TcpStream stream;
    private final Promise<Long> result;
    private final Content content = new Content();
    private long position;
    private boolean stalled;

    Reader(TcpStream stream, Promise<Long> result) {
      this.stream = stream;
      this.result = result;
    }

    void start() {
      stream.handler(this::read);
      stream.exceptionHandler(result::tryFail);
      stream.endHandler(
          v -> {
            stream.end();
            if (position == TOTAL) {
              result.tryComplete(position);
            } else {
              result.tryFail("ended after " + position + " bytes");
            }
          });
    }

    private void read(Buffer data) {
      byte[] bytes = data.getBytes();
      for (int at = 0; at < bytes.length; ) {
        int within = (int) (position % Content.CHUNK);
        int length = Math.min(bytes.length - at, Content.CHUNK - within);
        byte[] expected = content.chunk(position / Content.CHUNK);
        if (!Arrays.equals(bytes, at, at + length, expected, within, within + length)) {
          result.tryFail("wrong bytes at or after " + position);
        }
        at += length;
        position += length;
      }
      if (!stalled && position >= STALL_AT) stall();
    }

    private void stall() {
      stalled = true;
      if (stallsReader) {
        stream.pause();
      } else {
        relay.stall(true);
      }
      vertx.setTimer(STALL_MS, v -> goOn());
    }

    private void goOn() {
      long onTheWay = writer.written - position;
      if (onTheWay > MOST_ON_THE_WAY) result.tryFail(onTheWay + " bytes were on the way");
      if (stallsReader) {
        stream.resume();
      } else {
        relay.stall(false);
      }
    }
  }

  /** Joins two sockets and can hold both directions up. */
  private static final class Relay {
    private NetServer server;
    private volatile boolean stalled;
    private NetSocket near;
    private NetSocket far;

    Future<Integer> listen(Vertx vertx, NetClient client, int port) {
      server =
          vertx
              .createNetServer()
              .connectHandler(
                  socket -> {
                    socket.pause();
                    client.connect(port, "127.0.0.1").onSuccess(other -> join(socket, other));
                  });
      return server.listen(0, "127.0.0.1").map(NetServer::actualPort);
    }

    private void join(NetSocket a, NetSocket b) {
      near = a;
      far = b;
      forward(a, b);
      forward(b, a);
      a.resume();
    }

    private void forward(NetSocket from, NetSocket to) {
      from.handler(
          data -> {
            to.write(data);
            if (to.writeQueueFull()) {
              from.pause();
              to.drainHandler(
                  v -> {
                    if (!stalled) from.resume();
                  });
            }
          });
      from.closeHandler(v -> to.close());
    }

    void stall(boolean nowStalled) {
      stalled = nowStalled;
      for (NetSocket socket : new NetSocket[] {near, far}) {
        if (stalled) {
          socket.pause();
        } else {
          socket.resume();
        }
      }
    }
  }
}
