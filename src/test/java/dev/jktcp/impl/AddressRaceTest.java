package dev.jktcp.impl;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.ManualClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** RFC 8305, with connections and a clock that the test plays. */
class AddressRaceTest {
  private final ManualClock clock = new ManualClock();
  private final List<String> begun = new ArrayList<>();
  private final List<Long> timeoutsMs = new ArrayList<>();
  private final List<Promise<String>> outcomes = new ArrayList<>();
  private final List<String> cancelled = new ArrayList<>();
  private List<InetAddress> more = List.of(); // that the resolver has when it is asked again

  private AddressRace<String> race(boolean overlapping, long timeoutMs, String... addresses) {
    AddressRace<String> race =
        new AddressRace<>(
            clock, overlapping, this::begin, () -> Future.succeededFuture(more), Promise.promise());
    race.run(
        inets(addresses),
        new TcpConnectOptions(),
        TcpTuning.DEFAULT.with(t -> t.connectTimeout(Duration.ofNanos(timeoutMs * MS))));
    return race;
  }

  private Tried<String> begin(TcpConnectOptions options) {
    begun.add(options.getHost());
    if (options.getTuning() != null) {
      timeoutsMs.add(options.getTuning().connectTimeoutNs() / MS);
    }
    Promise<String> outcome = Promise.promise();
    outcomes.add(outcome);
    return new Tried<>(outcome.future(), () -> cancelled.add(options.getHost()));
  }

  private static List<InetAddress> inets(String... texts) {
    return Stream.of(texts)
        .map(text -> NameSetup.inet(dev.jktcp.wire.IpAddress.parse(text)))
        .toList();
  }

  private void fails(int which, CloseReason reason) {
    outcomes.get(which).fail(new TcpException(reason, reason.text() + " " + which));
  }

  private void passes(long ms) {
    long untilNs = clock.nanoTime() + ms * MS;
    while (clock.step(untilNs)) {}
  }

  @Test
  void families_takeTurns() {
    assertEquals(
        inets("10.0.0.1", "fd00::1", "10.0.0.2", "fd00::2", "10.0.0.3"),
        AddressRace.inTurn(inets("10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1", "fd00::2")));
    assertEquals(inets("fd00::1", "10.0.0.1"), AddressRace.inTurn(inets("fd00::1", "10.0.0.1")));
  }

  @Test
  void failure_beginsTheNextAtOnce_andTheFirstOneIsTold() {
    AddressRace<String> race = race(true, 0, "10.0.0.1", "10.0.0.2", "10.0.0.3");
    fails(0, CloseReason.REFUSED);
    fails(1, CloseReason.UNREACHABLE);
    assertEquals(List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"), begun);
    assertFalse(race.outcome().isComplete());
    fails(2, CloseReason.TIMED_OUT);
    assertEquals("connection refused 0", race.outcome().cause().getMessage());
    assertEquals(0, clock.timers());
  }

  @Test
  void silence_beginsTheNextAfterADelay_andTheFirstConnectionIsTaken() {
    AddressRace<String> race = race(true, 0, "10.0.0.1", "10.0.0.2", "10.0.0.3");
    passes(AddressRace.DELAY_MS - 1);
    assertEquals(1, begun.size());
    passes(1);
    assertEquals(2, begun.size());
    passes(AddressRace.DELAY_MS);
    assertEquals(3, begun.size());
    outcomes.get(1).complete("two");
    assertEquals("two", race.outcome().result());
    assertEquals(List.of("10.0.0.1", "10.0.0.3"), cancelled);
    outcomes.get(0).complete("too late");
    assertEquals(0, clock.timers());
  }

  @Test
  void addressesOfTheOtherFamily_areAskedForOnceTheFirstAreUsedUp() {
    more = inets("10.0.0.1", "fd00::1");
    AddressRace<String> race = race(true, 0, "10.0.0.1");
    passes(AddressRace.DELAY_MS);
    assertEquals(List.of("10.0.0.1", "fd00:0:0:0:0:0:0:1"), begun);
    fails(0, CloseReason.REFUSED);
    fails(1, CloseReason.REFUSED);
    assertEquals("connection refused 0", race.outcome().cause().getMessage());
    more = inets("fd00::2");
    race = race(true, 0, "10.0.0.2");
    fails(2, CloseReason.REFUSED);
    outcomes.get(3).complete("two");
    assertEquals("two", race.outcome().result());
  }

  @Test
  void withoutOverlap_oneEndsBeforeTheNextBegins() {
    race(false, 0, "10.0.0.1", "10.0.0.2");
    passes(10_000);
    assertEquals(1, begun.size());
    fails(0, CloseReason.TIMED_OUT);
    assertEquals(2, begun.size());
  }

  @Test
  void allOfThem_haveOneTimeout() {
    AddressRace<String> race = race(true, 400, "10.0.0.1", "10.0.0.2", "10.0.0.3");
    passes(300);
    assertEquals(List.of(400L, 150L), timeoutsMs);
    passes(100);
    fails(0, CloseReason.TIMED_OUT);
    assertEquals(2, begun.size()); // there is no time for a third
    assertFalse(race.outcome().isComplete());
    fails(1, CloseReason.TIMED_OUT);
    assertEquals("connection timed out 0", race.outcome().cause().getMessage());
  }

  @Test
  void endOfTheAdapter_isTheEnd() {
    AddressRace<String> race = race(true, 0, "10.0.0.1", "10.0.0.2");
    fails(0, CloseReason.ADAPTER_CLOSED);
    assertEquals("adapter closed 0", race.outcome().cause().getMessage());
    assertEquals(1, begun.size());
    assertEquals(0, clock.timers());
  }

  @Test
  void addresses_areLimited() {
    String[] many =
        Stream.iterate(1, i -> i + 1).limit(100).map(i -> "10.0.1." + i).toArray(String[]::new);
    race(true, 0, many);
    passes(100_000);
    assertEquals(AddressRace.MOST_TRIED, begun.size());
  }

  @Test
  void cancel_givesUpWhatIsUnderWay_andWhatCameOfIt() {
    AddressRace<String> race = race(true, 0, "10.0.0.1", "10.0.0.2");
    race.cancel();
    assertEquals(List.of("10.0.0.1"), cancelled);
    assertEquals(CloseReason.ABORTED, ((TcpException) race.outcome().cause()).reason());
    passes(10_000);
    assertEquals(1, begun.size());
    AddressRace<String> won = race(true, 0, "10.0.0.3");
    outcomes.get(1).complete("it");
    won.cancel();
    assertEquals(List.of("10.0.0.1", "10.0.0.3"), cancelled);
  }
}
