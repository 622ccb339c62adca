package dev.jktcp.impl.addressed;

import static dev.jktcp.impl.addressed.AddressedLab.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Recorder;
import dev.jktcp.time.Timer;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The event bus drops, delays and duplicates, and a user of addresses does what the guide says to
 * do about it: every transfer is exact, or it fails; none hangs, and nothing is left behind.
 */
@ExtendWith(VertxExtension.class)
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class AddressedLossyBusTest {
  private static final int SEEDS = 150;
  private static final int ANSWERING = 81;
  private static final int LENGTH = 100_000;

  /** Harms messages to connections, their readers and the user's inbox. */
  private static final class BadBus implements Handler<DeliveryContext<Object>> {
    private final AddressedLab net;
    private final Random random;
    private final int percent; // dropped, and as many delayed, and as many duplicated
    private boolean again;
    int harmed;

    BadBus(AddressedLab net, long seed) {
      this.net = net;
      this.random = new Random(seed);
      this.percent = (int) (seed % 4);
      net.bus.addOutboundInterceptor(this);
    }

    void heal() {
      net.bus.removeOutboundInterceptor(this);
    }

    @Override
    public void handle(DeliveryContext<Object> delivery) {
      Message<Object> message = delivery.message();
      String address = message.address();
      boolean ours = address.startsWith("jktcp.connection.") || address.startsWith("inbox.");
      int chance = !ours || again ? 100 : random.nextInt(100);
      if (chance < 3 * percent) harmed++;
      if (chance < percent) return;
      if (chance < 2 * percent) {
        net.lab.clock.once(1 + random.nextInt(30), delivery::next);
        return;
      }
      delivery.next();
      if (chance < 3 * percent) duplicate(message);
    }

    private void duplicate(Message<Object> message) {
      again = true;
      DeliveryOptions options = new DeliveryOptions().setHeaders(message.headers());
      net.bus.send(message.address(), message.body(), options);
      again = false;
    }
  }

  /** Sends what it has, one message at a time, and reads; everything is said until it is heard. */
  private static final class User {
    private static final int MESSAGE = 8 * 1024;
    private static final int WINDOW = 20_000;
    private static final long REPEAT_MS = 50;
    private static final long PATIENCE_MS = 200;
    private static final String LOST = "the event bus lost a message";

    private final AddressedLab net;
    private final EventBus bus;
    private final Buffer toSend;
    private final String inbox;
    private final MessageConsumer<JsonObject> answers;
    private final Timer beat;
    final Buffer heard = Buffer.buffer();
    private MessageConsumer<Buffer> reading;
    private JsonObject connection;
    private long heardMs;
    private int taken;
    private boolean heardAll;
    String failure;

    User(AddressedLab net, Buffer toSend, long seed) {
      this.net = net;
      this.bus = net.bus;
      this.toSend = toSend;
      this.inbox = "inbox." + seed;
      answers = bus.consumer(inbox, this::onAnswer);
      beat = net.lab.clock.periodic(REPEAT_MS, this::sayAgain);
    }

    boolean isDone() {
      return failure != null || heardAll && taken == toSend.length();
    }

    void stop() {
      String last = failure == null ? "close" : "reset";
      if (connection != null) bus.send(connection.getString("control"), order(last));
      beat.cancel();
      answers.unregister();
      if (reading != null) reading.unregister();
    }

    private void sayAgain() {
      if (isDone()) return;
      if (connection == null) {
        JsonObject connect = order("connect").put("port", ANSWERING).put("leaseMs", 1000);
        bus.send(net.adapter, connect.put("replyTo", inbox));
      } else {
        credit();
        write();
      }
    }

    private void onAnswer(Message<JsonObject> message) {
      JsonObject answer = message.body();
      if (isDone()) return;
      if (answer.containsKey("error")) {
        if (answer.getInteger("code") == 3) failure = answer.getString("error");
      } else if (connection == null) {
        connection = answer;
        reading = bus.consumer(connection.getString("read"), this::onRead);
        sayAgain();
      } else {
        onProgress(answer.getInteger("taken"));
        // The last bytes that credit allowed may be lost, and nothing follows that shows it.
        boolean behind = answer.getInteger("sent", 0) > heard.length();
        if (behind && net.lab.nowMs() - heardMs > PATIENCE_MS) failure = LOST;
      }
    }

    private void onProgress(int offset) {
      if (offset <= taken) return;
      taken = offset;
      write();
    }

    /** Nothing new before the old is known to be taken. */
    private void write() {
      if (taken == toSend.length()) return;
      int end = Math.min(toSend.length(), taken + MESSAGE);
      DeliveryOptions options =
          new DeliveryOptions()
              .addHeader("jktcp-offset", String.valueOf(taken))
              .addHeader("jktcp-reply-to", inbox);
      if (end == toSend.length()) options.addHeader("jktcp-end", "end");
      bus.send(connection.getString("write"), toSend.getBuffer(taken, end), options);
    }

    private void credit() {
      JsonObject credit = order("credit").put("upTo", heard.length() + WINDOW);
      bus.send(connection.getString("control"), credit.put("replyTo", inbox));
    }

    private void onRead(Message<Buffer> message) {
      if (isDone()) return;
      int offset = Integer.parseInt(message.headers().get("jktcp-offset"));
      int length = message.body().length();
      String end = message.headers().get("jktcp-end");
      if ("error".equals(end)) {
        failure = message.headers().get("jktcp-reason");
      } else if (offset > heard.length()) {
        failure = LOST;
      } else if (offset + length > heard.length()) {
        heard.appendBuffer(message.body());
        heardMs = net.lab.nowMs();
        credit();
      } else if (end != null && offset == heard.length()) {
        heardAll = true;
      }
    }
  }

  private static Buffer bytes(long seed) {
    byte[] bytes = new byte[LENGTH];
    new Random(seed).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  @Test
  void everyTransfer_isExact_orFails(Vertx vertx) throws Exception {
    int harmed = 0;
    int exact = 0;
    int failed = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      AddressedLab net = new AddressedLab(vertx);
      BadBus bad = new BadBus(net, seed);
      try {
        if (transfer(net, seed)) exact++;
        else failed++;
        bad.heal();
        leavesNothing(net);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      } finally {
        bad.heal();
      }
      harmed += bad.harmed;
    }
    String counts = harmed + " harmed, " + exact + " exact, " + failed + " failed";
    assertTrue(harmed > SEEDS && exact > SEEDS / 4 && failed > SEEDS / 20, counts);
  }

  private static boolean transfer(AddressedLab net, long seed) throws Exception {
    Buffer there = bytes(seed);
    Buffer back = bytes(-seed);
    List<Recorder> atPeer = new ArrayList<>();
    net.lab.result(
        net.right.listen(
            ANSWERING,
            stream -> {
              atPeer.add(Recorder.of(stream));
              stream.write(back);
              stream.end();
            }));
    User user = net.lab.call(() -> new User(net, there, seed));
    net.lab.until(user::isDone);
    net.lab.run(user::stop);
    assertEquals(back.getBuffer(0, user.heard.length()), user.heard);
    for (Recorder each : atPeer) {
      int length = each.bytes().length();
      assertEquals(there.getBuffer(0, length), each.bytes());
      if (each.events().contains("end")) assertEquals(LENGTH, length);
    }
    if (user.failure != null) return false;
    assertEquals(LENGTH, user.heard.length());
    net.lab.until(() -> atPeer.stream().anyMatch(each -> each.bytes().length() == LENGTH));
    return true;
  }

  private static void leavesNothing(AddressedLab net) throws Exception {
    net.lab.advanceMs(70_000); // the lease, patience and TIME-WAIT
    assertEquals(0, net.lab.result(net.left.stats()).connections());
    net.lab.run(
        () -> {
          net.left.close();
          net.right.close();
        });
    net.lab.settle();
    assertEquals(0, net.lab.timers());
  }
}
