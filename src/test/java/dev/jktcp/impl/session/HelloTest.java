package dev.jktcp.impl.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an adapter is asked by its name. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HelloTest extends ServiceLab {
  private static final long LEASE_MS = AdapterOptions.DEFAULT_LEASE.toMillis();

  private JsonObject welcome(String address) throws Exception {
    return lab.result(ask(HandleEnd.hello(address))).body();
  }

  private ReplyException refusal(Object question) throws Exception {
    return assertInstanceOf(ReplyException.class, lab.failure(ask(question)));
  }

  private void assertRefused(int code, String message, Object question) throws Exception {
    ReplyException refusal = refusal(question);
    assertEquals(ReplyFailure.RECIPIENT_FAILURE, refusal.failureType());
    assertTrue(refusal.getMessage().startsWith(message), refusal::getMessage);
    assertEquals(code, refusal.failureCode());
  }

  @Test
  void hello_isAnsweredWithASession() throws Exception {
    join(new AdapterOptions().setLease(Duration.ofMillis(5000)).setSendBuffer(100_000));
    JsonObject welcome = welcome("mine");
    assertEquals(5000, welcome.getLong("leaseMs"));
    assertEquals(100_000, welcome.getInteger("sendBuffer"));
    assertTrue(census.consumers().contains(welcome.getString("session")));
  }

  @Test
  void helloAgain_isTheSameSession() throws Exception {
    join();
    Future<Message<JsonObject>> one = ask(HandleEnd.hello("mine"));
    Future<Message<JsonObject>> two = ask(HandleEnd.hello("mine"));
    assertEquals(lab.result(one).body(), lab.result(two).body());
    assertEquals(lab.result(one).body(), welcome("mine"));
    assertNotEquals(lab.result(one).body(), welcome("another's"));
    assertEquals(3, census.consumers().size());
  }

  @Test
  void badQuestions_areRefused_andChangeNothing() throws Exception {
    join();
    String hello = "hello: version 1 and an address are expected";
    assertRefused(1, hello, new JsonObject().put("do", "hello"));
    assertRefused(1, hello, new JsonObject().put("do", "hello").put("address", "a"));
    assertRefused(1, hello, HandleEnd.hello("a").put("version", 2));
    assertRefused(1, hello, HandleEnd.hello("a").put("version", "1"));
    assertRefused(1, hello, HandleEnd.hello("a").put("address", 7));
    assertRefused(1, hello, HandleEnd.hello("a").putNull("address"));
    assertRefused(1, "do: ''", new JsonObject());
    assertRefused(1, "do: ''", new JsonObject().put("do", 7));
    assertRefused(1, "do: 'x'", new JsonObject().put("do", "x"));
    JsonObject ping = new JsonObject().put("do", "ping").put("host", PEER);
    assertRefused(1, "ping: a host and timeoutNs are expected", ping);
    assertRefused(1, "timeout of PT0S: must be above 0", ping.copy().put("timeoutNs", 0));
    assertRefused(1, "a JSON object is expected", "hello");
    assertRefused(1, "a JSON object is expected", null);
    assertRefused(
        1, "path: expected a string, got 7", new JsonObject().put("do", "pcap").put("path", 7));
    assertRefused(1, "path: expected a string, got null", new JsonObject().put("do", "pcap"));
    assertNothingLeft();
  }

  @Test
  void sessionsBeyondTheLimit_areRefused_untilOneIsOver() throws Exception {
    join(new AdapterOptions().setMaxSessions(2));
    HandleEnd first = handle();
    handle();
    String message = "adapter 'left' has 2 sessions, its limit (maxSessions)";
    assertRefused(2, message, HandleEnd.hello("third"));
    assertEquals(first.session, welcome(first.address).getString("session"));
    lab.run(() -> first.side.bye(null));
    lab.settle();
    welcome("third");
  }

  @Test
  void nameThatIsTaken_isRefused_andIsFreeAfterTheEnd() throws Exception {
    join();
    Throwable refusal = lab.failure(lab.call(() -> AdapterService.open(right, NAME, true)));
    assertEquals(
        "adapter 'left' is deployed already: choose another name, or undeploy that one first",
        refusal.getMessage());
    lab.result(left.close());
    join();
    assertTrue(lab.result(ask(new JsonObject().put("do", "stats"))).body().containsKey("counters"));
  }

  @Test
  void adapterThatHasEnded_takesNoName() throws Exception {
    join();
    lab.result(left.close());
    Throwable refusal = lab.failure(lab.call(() -> AdapterService.open(left, NAME, true)));
    assertEquals("adapter closed", refusal.getMessage());
    join();
  }

  @Test
  void adapterThatHasEnded_hearsNoHello() throws Exception {
    join();
    lab.result(left.close());
    assertEquals(ReplyFailure.NO_HANDLERS, refusal(HandleEnd.hello("mine")).failureType());
    assertEquals(List.of(), census.consumers());
    lab.result(service.closed());
  }

  @Test
  void adapterThatIsEnding_refusesHello() throws Exception {
    join();
    List<Future<Message<JsonObject>>> asked = new ArrayList<>();
    lab.run(
        () -> {
          left.close();
          asked.add(vertx.eventBus().request(BusNames.adapter(NAME), HandleEnd.hello("mine")));
        });
    assertInstanceOf(ReplyException.class, lab.failure(asked.get(0)));
    assertEquals(List.of(), census.consumers());
  }

  @Test
  void tenThousandHellos_thatNobodyFollowed_areForgottenAfterTheLease() throws Exception {
    join();
    for (int i = 0; i < 10; i++) {
      String some = "forgotten " + i + ".";
      lab.run(() -> sayHello(some, 1000)); // a turn of the test's thread for each would take long
      lab.advanceMs(1);
    }
    lab.settle();
    assertEquals(10_001, census.consumers().size());
    assertEquals(10_000, lab.timers());
    assertTrue(lab.drive(LEASE_MS, () -> lab.clock.timers() == 0));
    assertNothingLeft();
  }

  private void sayHello(String address, int times) {
    for (int i = 0; i < times; i++) {
      vertx.eventBus().request(BusNames.adapter(NAME), HandleEnd.hello(address + i));
    }
  }

  @Test
  void stats_areTheAdapters() throws Exception {
    join();
    handle().connect(toPeer());
    JsonObject stats = lab.result(ask(new JsonObject().put("do", "stats"))).body();
    assertEquals(1, stats.getInteger("connections"));
    assertEquals(stats().toJson(), stats);
  }

  @Test
  void names_areResolvedAsTheAdapterDoes() throws Exception {
    join(new AdapterOptions().setHosts(Map.of("db.tunnel", List.of("10.0.0.7", "fd00::7"))));
    JsonObject question = new JsonObject().put("do", "resolve");
    assertEquals(
        List.of("10.0.0.7", "fd00:0:0:0:0:0:0:7"),
        addresses(question.copy().put("host", "DB.tunnel.")));
    assertEquals(List.of("10.9.9.9"), addresses(question.copy().put("host", "10.9.9.9")));
    assertRefused(
        1,
        "host: 'x.tunnel' is a name, and this adapter resolves none: set dnsServers or hosts, or"
            + " give an IP address",
        question.copy().put("host", "x.tunnel"));
    assertRefused(1, "host: expected a string, got 7", question.copy().put("host", 7));
    assertRefused(1, "host: expected a string, got null", question);
  }

  private List<?> addresses(JsonObject question) throws Exception {
    return lab.result(ask(question)).body().getJsonArray("addresses").getList();
  }

  @Test
  void capture_isStartedAndStopped(@TempDir Path dir) throws Exception {
    join();
    Path file = dir.resolve("a.pcap");
    JsonObject start = new JsonObject().put("do", "pcap").put("path", file.toString());
    Future<Message<JsonObject>> started = ask(start);
    Await.result(started);
    assertRefused(2, "a capture is under way: stop it first", start);
    handle().connect(toPeer());
    Await.result(ask(new JsonObject().put("do", "stopPcap")));
    assertTrue(Files.size(file) > 24 + 3 * 56);
  }
}
