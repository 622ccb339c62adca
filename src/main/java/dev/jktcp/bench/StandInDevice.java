package dev.jktcp.bench;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketBatchPool;
import dev.jktcp.transport.PacketTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.Random;

/**
 * A device at the other end of a CDTunnel, as awkward as real ones: it cuts its answer anywhere or
 * hangs up instead, forwards through a queue of 32 packets, keeps only the first packet of a write
 * and none above 8192 bytes, cuts its own stream without regard for packets and reports its
 * multicast groups. The transport behind it decides what happens to the packets. One context.
 */
public final class StandInDevice implements PacketTransport.Receiver {
  public static final int QUEUE_PACKETS = 32;
  public static final int LARGEST_PACKET = 8192;

  /** Packets that it forwards before the context's other work gets its turn. */
  private static final int FORWARDED_A_TURN = 8;

  private static final int TO_HOST_BYTES = 1 << 20;
  private static final int REPORT_EVERY = 200;

  /** The moments at which it may hang up. */
  public enum HangUp {
    NEVER,
    INSTEAD_OF_ANSWER,
    IN_MID_ANSWER
  }

  private final Context context;
  private final ReadStream<Buffer> in;
  private final WriteStream<Buffer> out;
  private final PacketTransport behind;
  private final Random random;
  private final PacketBatchPool pool = new PacketBatchPool();
  private final ArrayDeque<Buffer> queue = new ArrayDeque<>();
  private final Promise<Void> tunnelled = Promise.promise();
  private Buffer request = Buffer.buffer();
  private Buffer toHost = Buffer.buffer();
  private boolean forwarding;
  private int sinceReport;

  private String hostAddress = "fd66::2";
  private String address = "fd66::1";
  private int mtu = 16_000;
  private int[] cuts;
  private HangUp hangUp = HangUp.NEVER;
  private int bearable = LARGEST_PACKET;
  private boolean burdened;

  // Read on the context, or when all is over.
  public int requestedMtu;
  public int answerBytes; // With the report behind it.
  public int forwarded;
  public int droppedBehindFirst;
  public int droppedTooLarge;
  public int droppedQueueFull;
  public int droppedUnderLoad;
  public int largestForwarded;
  public int droppedToHost;
  public int reports;
  public Throwable behindClosed;

  public StandInDevice(
      Context context,
      ReadStream<Buffer> in,
      WriteStream<Buffer> out,
      PacketTransport behind,
      long seed) {
    this.context = context;
    this.in = in;
    this.out = out;
    this.behind = behind;
    this.random = new Random(seed);
  }

  public StandInDevice addresses(String host, String own) {
    hostAddress = host;
    address = own;
    return this;
  }

  public StandInDevice mtu(int granted) {
    mtu = granted;
    return this;
  }

  /** Sets where to cut the answer; by default the seed decides. */
  public StandInDevice cuts(int... positions) {
    cuts = positions;
    return this;
  }

  public StandInDevice hangsUp(HangUp when) {
    hangUp = when;
    return this;
  }

  /** Larger packets pass alone, and die behind another of that size. */
  public StandInDevice diesUnderLoadAbove(int bytes) {
    bearable = bytes;
    return this;
  }

  /** Waits for the host. Completes once packets flow; never, if it hangs up. */
  public Future<Void> start() {
    in.handler(this::onRequest);
    in.endHandler(v -> behind.close());
    return tunnelled.future();
  }

  private void onRequest(Buffer bytes) {
    request.appendBuffer(bytes);
    if (request.length() < 10) {
      return;
    }
    int length = request.getUnsignedShort(8);
    if (request.length() < 10 + length) {
      return;
    }
    JsonObject asked = request.getBuffer(10, 10 + length).toJsonObject();
    if (!request.getString(0, 8).equals("CDTunnel")
        || !asked.getString("type").equals("clientHandshakeRequest")) {
      out.end();
      return;
    }
    requestedMtu = asked.getInteger("mtu");
    if (hangUp == HangUp.INSTEAD_OF_ANSWER) {
      out.end();
      return;
    }
    Buffer answer = answer();
    if (hangUp == HangUp.IN_MID_ANSWER) {
      out.write(answer.getBuffer(0, answer.length() / 2));
      out.end();
      return;
    }
    answer.appendBytes(MulticastReport.packet()); // Glued behind it.
    reports++;
    answerBytes = answer.length();
    writeCut(answer, cuts == null ? randomCuts(answer.length()) : cuts);
    in.handler(this::onWrite);
    behind.open(context, this).onComplete(tunnelled);
  }

  private Buffer answer() {
    JsonObject json =
        new JsonObject()
            .put(
                "clientParameters",
                new JsonObject()
                    .put("address", hostAddress)
                    .put("mtu", Math.min(mtu, requestedMtu))
                    .put("netmask", "ffff:ffff:ffff:ffff::"))
            .put("serverAddress", address)
            .put("serverRSDPort", 58_783)
            .put("type", "serverHandshakeResponse");
    Buffer body = json.toBuffer();
    return Buffer.buffer("CDTunnel").appendUnsignedShort(body.length()).appendBuffer(body);
  }

  private int[] randomCuts(int length) {
    return random.ints(random.nextInt(4), 1, length).sorted().distinct().toArray();
  }

  private void writeCut(Buffer bytes, int... positions) {
    int from = 0;
    for (int position : positions) {
      out.write(bytes.getBuffer(from, position));
      from = position;
    }
    out.write(bytes.getBuffer(from, bytes.length()));
  }

  /** One write of the host. */
  private void onWrite(Buffer write) {
    int first = packetLength(write, 0);
    for (int at = first; at < write.length(); at += packetLength(write, at)) {
      droppedBehindFirst++;
    }
    boolean heavy = first > bearable;
    boolean tooMuch = heavy && burdened;
    burdened = heavy;
    if (first > LARGEST_PACKET) {
      droppedTooLarge++;
    } else if (tooMuch) {
      droppedUnderLoad++;
    } else if (queue.size() == QUEUE_PACKETS) {
      droppedQueueFull++;
    } else {
      queue.add(write.getBuffer(0, first));
      forwardSoon();
    }
  }

  private static int packetLength(Buffer bytes, int at) {
    if (bytes.getByte(at) >> 4 != 6) {
      throw new AssertionError("the host sent no IPv6 packet");
    }
    return 40 + bytes.getUnsignedShort(at + 4);
  }

  private void forwardSoon() {
    if (forwarding) {
      return;
    }
    forwarding = true;
    context.runOnContext(v -> forward());
  }

  private void forward() {
    forwarding = false;
    if (behind.isFull()) {
      return;
    }
    PacketBatch batch = pool.acquire();
    for (int i = 0; i < FORWARDED_A_TURN && !queue.isEmpty(); i++) {
      if (batch.room() < LARGEST_PACKET) {
        break;
      }
      byte[] packet = queue.poll().getBytes();
      batch.append(packet, 0, packet.length);
      forwarded++;
      largestForwarded = Math.max(largestForwarded, packet.length);
    }
    behind.send(batch);
    if (!queue.isEmpty()) {
      forwardSoon();
    }
  }

  @Override
  public void onWritable() {
    if (!queue.isEmpty()) {
      forwardSoon();
    }
  }

  @Override
  public void onBatch(PacketBatch batch) {
    for (int i = 0; i < batch.count(); i++) {
      if (toHost.length() > TO_HOST_BYTES) {
        droppedToHost++;
      } else if ((batch.bytes()[batch.offset(i)] & 0xf0) == 0x60) {
        toHost.appendBytes(batch.bytes(), batch.offset(i), batch.length(i));
      }
      if (++sinceReport == REPORT_EVERY) {
        report();
      }
    }
    batch.release();
    writeToHost();
  }

  private void report() {
    sinceReport = 0;
    reports++;
    toHost.appendBytes(MulticastReport.packet());
  }

  private void writeToHost() {
    if (toHost.length() == 0) {
      return;
    }
    if (out.writeQueueFull()) {
      out.drainHandler(v -> context.runOnContext(w -> writeToHost()));
      return;
    }
    Buffer bytes = toHost;
    toHost = Buffer.buffer();
    writeCut(bytes, randomCuts(bytes.length()));
  }

  @Override
  public void onClosed(Throwable cause) {
    behindClosed = cause;
    out.end();
  }
}
