package dev.jktcp.transport;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * IP packets to and from the kernel through a Linux TUN device (root or CAP_NET_ADMIN, and JNA on
 * the class path).
 *
 * <p>A daemon thread reads. Packets that wait in the kernel together become one batch; a batch is
 * handed to the adapter's context. If too many are on their way, the reader waits, and the kernel's
 * own queue fills and then drops, as on any busy interface. The adapter's context writes itself: a
 * write is a copy into the kernel that never blocks, cheaper than handing it to a thread. A packet
 * the kernel refuses (interface down, memory short) counts as dropped.
 *
 * <p>The kernel's addresses on the device are the user's to set; a device that {@link #open}
 * created disappears with the transport.
 */
public final class TunTransport implements PacketTransport {
  private final TunDevice device;
  private final TransportCapabilities capabilities;
  private final PacketBatchPool pool = new PacketBatchPool();
  private final Semaphore inFlight;
  private final Promise<Void> end;

  // Under this.
  private Thread reader;
  private volatile boolean closed;

  // Set before the reader starts.
  private Context context;
  private Receiver receiver;

  // Adapter context only.
  private final TransportMeter meter = new TransportMeter();

  private TunTransport(TunDevice device, int mtu, int maxInFlight, Promise<Void> end) {
    this.device = device;
    this.capabilities = new TransportCapabilities("tun:" + device.name(), mtu, mtu, false, false);
    this.inFlight = new Semaphore(maxInFlight);
    this.end = end;
  }

  /** {@link #open(Vertx, String, TunOptions)} with the defaults. */
  public static Future<TunTransport> open(Vertx vertx, String name) {
    return open(vertx, name, new TunOptions());
  }

  /**
   * Attaches to the device, or creates it. Any thread; the work is done off the event loop, because
   * JNA's first use unpacks a library. The result delivers nothing before {@link #open(Context,
   * Receiver)} and holds the device until {@link #close}.
   *
   * @param name at most 15 bytes
   * @return fails with a {@link TransportException} of one line that says what to do
   */
  public static Future<TunTransport> open(Vertx vertx, String name, TunOptions options) {
    int configuredMtu = options.getMtu();
    int maxInFlight = options.getMaxInFlight();
    ContextInternal owner = ((VertxInternal) vertx).getOrCreateContext();
    return owner.executeBlocking(
        () -> {
          TunDevice device = TunDevice.open(name);
          try {
            int mtu = configuredMtu == 0 ? deviceMtu(name) : configuredMtu;
            return new TunTransport(device, mtu, maxInFlight, owner.promise());
          } catch (IOException e) {
            device.close();
            throw e;
          }
        },
        false);
  }

  private static int deviceMtu(String name) throws IOException {
    Path file = Path.of("/sys/class/net", name, "mtu");
    try {
      return Integer.parseInt(Files.readString(file).trim());
    } catch (IOException | NumberFormatException e) {
      throw new TransportException("tun:" + name + ": cannot read " + file + "; give the MTU", e);
    }
  }

  @Override
  public TransportCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public synchronized Future<Void> open(Context context, Receiver receiver) {
    if (closed || reader != null) {
      return Future.failedFuture(
          closed
              ? new TransportException(capabilities.name() + " is closed")
              : TransportException.openedBefore(capabilities.name()));
    }
    this.context = context;
    this.receiver = receiver;
    reader = new Thread(this::readUntilClosed, "jktcp-" + capabilities.name());
    reader.setDaemon(true);
    reader.start();
    return Future.succeededFuture();
  }

  @Override
  public void send(PacketBatch batch) {
    for (int i = 0; i < batch.count(); i++) {
      int length = batch.length(i);
      if (length <= capabilities.mtu() && device.write(batch.bytes(), batch.offset(i), length)) {
        meter.sent(1, length);
      } else {
        meter.droppedOut(1);
      }
    }
    batch.release();
  }

  /** Never full: the kernel takes or refuses a packet at once. */
  @Override
  public boolean isFull() {
    return false;
  }

  /** Packets that the kernel refused or that exceed the MTU count as dropped on the way out. */
  @Override
  public TransportCounters counters() {
    return meter.snapshot();
  }

  /** Completes when the reading thread has ended and the device is free. */
  @Override
  public Future<Void> close() {
    synchronized (this) {
      if (closed) {
        return end.future();
      }
      closed = true;
      if (reader == null) {
        finish();
      }
    }
    device.wake();
    inFlight.release();
    return end.future();
  }

  private void finish() {
    device.close();
    try {
      end.tryComplete();
    } catch (RejectedExecutionException e) {
      // Vert.x is closed, and with it the contexts on which this is awaited.
    }
  }

  private void readUntilClosed() {
    try {
      read();
    } catch (RejectedExecutionException e) {
      closed = true; // Vert.x is closed, and with it the receiver's context.
    } finally {
      finish();
    }
  }

  private void read() {
    try {
      int waiting = 0;
      while (!closed) {
        if (waiting == 0) {
          waiting = device.read();
        }
        if (waiting == 0) {
          device.await();
        } else {
          waiting = handOverFrom(waiting);
        }
      }
    } catch (IOException e) {
      context.runOnContext(v -> lost(e));
    }
  }

  /**
   * Hands over one batch that begins with the packet just read.
   *
   * @return length of the packet that was read but did not fit, 0 when none waits
   */
  private int handOverFrom(int first) throws IOException {
    inFlight.acquireUninterruptibly();
    if (closed) {
      return 0;
    }
    PacketBatch batch = pool.acquire();
    int length = first;
    try {
      do {
        device.copyTo(batch.bytes(), batch.writeOffset(), length);
        batch.commit(length);
        length = device.read();
      } while (length > 0 && length <= batch.room());
    } finally {
      context.runOnContext(v -> deliver(batch));
    }
    return length;
  }

  private void deliver(PacketBatch batch) {
    inFlight.release();
    if (closed) {
      batch.release();
    } else {
      meter.received(batch);
      receiver.onBatch(batch);
    }
  }

  private void lost(IOException cause) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    receiver.onClosed(cause);
  }
}
