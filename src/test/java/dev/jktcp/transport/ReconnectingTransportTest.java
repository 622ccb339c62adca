package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.FakeTransport;
import dev.jktcp.testkit.ManualClock;
import dev.jktcp.testkit.OnContext;
import dev.jktcp.testkit.TestPackets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** When another transport is made, what the receiver hears of it, and when it is given up. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class ReconnectingTransportTest {
  private static final byte[] PACKET = TestPackets.v4(40, 1);

  private final ManualClock clock = new ManualClock();
  private final List<Beneath> made = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private final ReconnectOptions options =
      new ReconnectOptions()
          .setFirst(Duration.ofMillis(100))
          .setLargest(Duration.ofMillis(1_000))
          .setGap(Duration.ofMillis(7_000));
  private Context context;
  private int failures; // of the next attempts
  private int mtu = 1_500;
  private double drawn;
  private ReconnectingTransport transport;
  private Future<Void> opened;

  /** One that cannot be opened at times. */
  private final class Beneath extends FakeTransport {
    private final TransportCapabilities can =
        new TransportCapabilities("fake", mtu, mtu, true, true);
    private final boolean fails = failures-- > 0;

    Beneath() {
      super(true);
    }

    @Override
    public TransportCapabilities capabilities() {
      return can;
    }

    @Override
    public Future<Void> open(Context on, Receiver to) {
      Future<Void> done = super.open(on, to);
      return fails ? Future.failedFuture("cannot connect") : done;
    }
  }

  private final class Listener implements PacketTransport.Receiver {
    @Override
    public void onBatch(PacketBatch batch) {
      heard.add("packet");
      batch.release();
    }

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(Throwable cause) {
      heard.add("closed " + cause.getMessage());
    }

    @Override
    public void onAway(Throwable cause, long gapMs) {
      heard.add("away " + gapMs + " " + cause.getMessage());
    }

    @Override
    public void onBack(TransportLink link) {
      heard.add("back " + link.capabilities().mtu());
    }
  }

  @BeforeEach
  void context(Vertx vertx) {
    context = ((VertxInternal) vertx).createEventLoopContext();
  }

  private void open() throws Exception {
    ReconnectingTransport.Source source =
        () -> {
          made.add(new Beneath());
          return Future.succeededFuture(UriTransport.of(made.get(made.size() - 1)));
        };
    transport =
        new ReconnectingTransport("reconnect+fake", source, null, options, clock, () -> drawn);
    OnContext.run(context, () -> opened = transport.open(context, new Listener()));
    OnContext.settle(context);
  }

  private Beneath last() {
    return made.get(made.size() - 1);
  }

  private void advance(long ms) throws Exception {
    OnContext.run(context, () -> clock.advanceMs(ms));
    OnContext.settle(context);
  }

  private void lose(String why) throws Exception {
    OnContext.run(context, () -> last().receiver.onClosed(new TransportException(why)));
    OnContext.settle(context);
  }

  private void deliver() throws Exception {
    OnContext.run(context, () -> last().deliver(PACKET));
  }

  @Test
  void aLinkThatCarried_isReplacedAtOnce_andTheReceiverKnows() throws Exception {
    open();
    assertTrue(opened.succeeded());
    deliver();
    mtu = 9_000;
    lose("cut");
    assertEquals(2, made.size());
    assertEquals(1, made.get(0).closes);
    deliver();
    assertEquals(List.of("back 1500", "packet", "away 7000 cut", "back 9000", "packet"), heard);
    assertEquals(9_000, transport.capabilities().mtu());
  }

  @Test
  void anEndWithoutACause_isALossToo() throws Exception {
    open();
    deliver();
    OnContext.run(context, () -> last().receiver.onClosed(null));
    OnContext.settle(context);
    assertEquals("away 7000 the other side left", heard.get(2));
    assertEquals("back 1500", heard.get(3));
  }

  @Test
  void failures_areTriedAgain_withWaitsThatDouble_upToTheLargest() throws Exception {
    failures = 6;
    open();
    assertTrue(opened.succeeded(), "an adapter may be there before its transport");
    assertEquals(List.of("away 7000 cannot connect"), heard);
    long[] waits = {100, 200, 400, 800, 1_000, 1_000};
    for (int i = 0; i < waits.length; i++) {
      advance(waits[i] - 1);
      assertEquals(i + 1, made.size(), "too soon");
      advance(1);
      assertEquals(i + 2, made.size(), "too late");
    }
    assertEquals(List.of("away 7000 cannot connect", "back 1500"), heard);
  }

  @Test
  void jitter_makesAWaitShorter() throws Exception {
    failures = 1;
    drawn = 1;
    options.setJitter(0.3);
    open();
    advance(69);
    assertEquals(1, made.size());
    advance(1);
    assertEquals(2, made.size());
  }

  @Test
  void theFirstAttempts_allFailed_opensNothing_andSaysHowManyAndWhy() throws Exception {
    failures = 9;
    options.setAttempts(3);
    open();
    advance(5_000);
    assertEquals(3, made.size());
    assertEquals(
        List.of(
            "away 7000 cannot connect",
            "closed reconnect+fake: gave up after 3 attempts: cannot connect"),
        heard);
    assertEquals(0, clock.timers());
  }

  @Test
  void oneAttempt_thatFails_failsTheOpening() throws Exception {
    failures = 1;
    options.setAttempts(1);
    open();
    assertEquals(
        "reconnect+fake: gave up after 1 attempt: cannot connect", opened.cause().getMessage());
    assertEquals(List.of(), heard);
  }

  @Test
  void aLinkThatEndsWithoutAPacket_countsAsAFailure() throws Exception {
    options.setAttempts(3);
    open();
    lose("refused");
    assertEquals(1, made.size(), "at once");
    advance(100);
    lose("refused");
    advance(200);
    lose("refused");
    assertEquals(
        "closed reconnect+fake: gave up after 3 attempts: refused", heard.get(heard.size() - 1));
    advance(5_000);
    assertEquals(3, made.size());
  }

  @Test
  void aQuietLinkThatLasted_isNoFailure() throws Exception {
    open();
    advance(1_000);
    lose("cut");
    assertEquals(2, made.size());
  }

  @Test
  void whileAway_itIsFull_andWhatIsSentIsDropped() throws Exception {
    open();
    deliver();
    failures = 100;
    lose("cut");
    OnContext.run(
        context,
        () -> {
          assertTrue(transport.isFull());
          transport.send(TestPackets.batch(new PacketBatchPool(), PACKET, PACKET));
          assertEquals(2, transport.counters().droppedOut());
          made.get(0).deliver(PACKET); // from a link that is no more
        });
    assertFalse(heard.subList(3, heard.size()).contains("packet"));
  }

  @Test
  void counters_areThoseOfAllLinks() throws Exception {
    open();
    OnContext.run(context, () -> transport.send(TestPackets.batch(new PacketBatchPool(), PACKET)));
    deliver();
    lose("cut");
    OnContext.run(
        context,
        () -> {
          transport.send(TestPackets.batch(new PacketBatchPool(), PACKET, PACKET));
          assertEquals(3, transport.counters().packetsOut());
        });
  }

  @Test
  void closedWhileItWaits_triesNoMore() throws Exception {
    failures = 1;
    open();
    OnContext.run(context, () -> transport.close());
    OnContext.settle(context);
    assertEquals(0, clock.timers());
    advance(5_000);
    assertEquals(1, made.size());
    assertEquals(List.of("away 7000 cannot connect"), heard);
  }

  @Test
  void closed_closesTheLink() throws Exception {
    open();
    OnContext.run(context, () -> transport.close());
    OnContext.settle(context);
    assertEquals(1, last().closes);
  }

  @Test
  void aFactoryThatThrows_isAFailedAttempt() throws Exception {
    options.setAttempts(1);
    transport =
        new ReconnectingTransport(
            "mine",
            () -> {
              throw new IllegalStateException("no modem");
            },
            options,
            clock);
    OnContext.run(context, () -> opened = transport.open(context, new Listener()));
    OnContext.settle(context);
    assertEquals("reconnect+mine: gave up after 1 attempt: no modem", opened.cause().getMessage());
  }

  @Test
  void options_outOfRange_areRefusedByName() {
    assertRefused(
        "firstMs: 0 is not from 1 to 3600000", () -> options.setFirst(Duration.ofMillis(0)));
    assertRefused(
        "largestMs: -1 is not from 1 to 3600000", () -> options.setLargest(Duration.ofMillis(-1)));
    assertRefused("jitter: 1.5 is not from 0 to 1", () -> options.setJitter(1.5));
    assertRefused("jitter: NaN is not from 0 to 1", () -> options.setJitter(Double.NaN));
    assertRefused("attempts: -1 is not from 0 to 2147483647", () -> options.setAttempts(-1));
    assertRefused(
        "gapMs: 86400001 is not from 0 to 86400000",
        () -> options.setGap(Duration.ofMillis(86_400_001)));
    assertRefused(
        "firstMs: 2000 is more than largestMs, 1000",
        () -> options.setFirst(Duration.ofMillis(2_000)).checked());
  }

  private static void assertRefused(String line, Runnable call) {
    assertEquals(line, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
