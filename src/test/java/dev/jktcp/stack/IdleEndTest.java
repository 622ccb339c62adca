package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.AcceptQueue;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.ConnectionSettings;
import dev.jktcp.tcp.connection.RepairCounts;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An end that is quiet folds into little memory, and is as it was when something happens. */
class IdleEndTest {
  private static final int TABLE_ENTRY = 16; // a reference, in a table at most a quarter empty

  private final byte[] packet = new byte[1_500];
  private long nowNs = 77;
  private IpStack client;
  private IpStack server;
  private final List<TcpConnection> ends = new ArrayList<>();
  private int toLose = -1; // packets until the one that is lost

  private void connect(String profile, int count) throws StackException {
    client = stack("10.0.0.1", profile, 1);
    server = stack("10.0.0.2", profile, 2);
    server.listen(null, 80, 0);
    for (int i = 0; i < count; i++) {
      IpAddress to = IpAddress.parse("10.0.0.2");
      ends.add(client.connect(ConnectRequest.to(to, 80), nowNs));
      settle();
    }
  }

  private static IpStack stack(String address, String profile, long entropy) {
    return new IpStack(
        new StackOptions().addAddress(IpAddress.parse(address)).mtu(1_500).profile(named(profile)),
        entropy,
        0);
  }

  /** A profile's name, maybe with that of a congestion control behind a colon. */
  static TcpProfile named(String profile) {
    String[] parts = profile.split(":");
    TcpProfile named = TcpProfile.named(parts[0]);
    return parts.length == 1
        ? named
        : named.withCongestionControl(CongestionControl.named(parts[1]));
  }

  /** Echoes until nothing moves. */
  private void settle() {
    boolean moved = true;
    while (moved) {
      moved = pass(client, server) | pass(server, client);
      for (TcpConnection c; (c = server.pollEvent()) != null; ) {
        if ((c.takeEvents() & TcpConnection.ACCEPTED) != 0) {
          c.accept();
          ends.add(c);
        }
        for (Slice s; (s = c.read(1_000, nowNs)) != null; ) {
          c.write(s.bytes(), s.offset(), s.length(), nowNs);
        }
      }
      for (TcpConnection c; (c = client.pollEvent()) != null; ) {
        c.takeEvents();
        while (c.read(1_000, nowNs) != null) {
          moved = true;
        }
      }
    }
  }

  private boolean pass(IpStack from, IpStack to) {
    boolean moved = false;
    for (int length; (length = from.pollPacket(packet, 0, nowNs)) > 0; moved = true) {
      if (toLose-- != 0) {
        to.onPacket(packet, 0, length, nowNs);
      }
    }
    return moved;
  }

  private void passTime(long ns) {
    long endNs = nowNs + ns;
    while (true) {
      long next = endNs;
      for (IpStack stack : List.of(client, server)) {
        long due = stack.nextDeadlineNs();
        next = due == IpStack.NONE ? next : Math.min(next, due);
      }
      nowNs = Math.max(nowNs, next);
      client.onTick(nowNs);
      server.onTick(nowNs);
      settle();
      if (nowNs == endNs) {
        return;
      }
    }
  }

  private void talk() {
    ends.forEach(
        end -> {
          end.write(new byte[3_000], 0, 3_000, nowNs);
          settle();
        });
  }

  private static Object idle(TcpConnection end) throws ReflectiveOperationException {
    return Shape.field(end, "idle");
  }

  private static boolean isShared(Object object) {
    return object instanceof TcpConnection.Host
        || object instanceof ConnectionSettings
        || object instanceof TcpTuning
        || object instanceof AcceptQueue
        || object instanceof ByteBudget
        || object instanceof RepairCounts
        || object instanceof Enum<?>;
  }

  /** 32 bytes of them are its peer's address, which connections to one peer may share. */
  @ParameterizedTest
  @CsvSource({"reliable-link, 424", "internet, 440", "stop-and-wait, 408"})
  void idleEnd_takesSoManyBytesAtMost(String profile, int bytes) throws Exception {
    assertIdleEndTakes(bytes, profile);
  }

  /** Its model of the path is what an idle connection is to remember. */
  @Test
  void idleEndWithBbr_takes888BytesAtMost() throws Exception {
    assertIdleEndTakes(888, "internet:bbr");
  }

  private void assertIdleEndTakes(int most, String profile) throws Exception {
    connect(profile, 2);
    talk();
    toLose = 1; // what a loss was answered with goes, too
    talk();
    passTime(5 * SECOND);
    for (int i = 0; i < ends.size(); i++) {
      Set<Object> own = Shape.reached(ends.get(i), IdleEndTest::isShared);
      Set<Object> others = Shape.reached(ends.get(i ^ 2), IdleEndTest::isShared);
      own.removeAll(others);
      own.removeIf(
          o ->
              o.getClass()
                  .getSimpleName()
                  .equals("LossCounts")); // of ends that have lost something
      int bytes = TABLE_ENTRY + own.stream().mapToInt(Shape::bytesOf).sum();
      assertTrue(
          bytes <= most, () -> bytes + ": " + TABLE_ENTRY + " bytes of the table and " + own);
    }
  }

  /** What each half has in its fields, so that one that is added later is not forgotten. */
  private static Map<String, Object> halves(TcpConnection end) throws Exception {
    Map<String, Object> values =
        Shape.values(Shape.field(end, "sender"), IdleEndTest::isNoPartOfAHalf);
    values.putAll(Shape.values(Shape.field(end, "receiver"), IdleEndTest::isNoPartOfAHalf));
    values.keySet().removeIf(Shape::isSendersPart);
    // What CongestionPolicy.onRest lets go.
    values.keySet().removeIf(f -> f.matches("Sender.congestion.policy.(before|hyStart|stage).*"));
    // Numbers that mean nothing while all is acknowledged and read, or before there is a plan, an
    // ACK or an entry in flight.
    values.keySet().removeIf(name -> name.matches(".*\\.(iss|irs|tooBigEnd|progressNs|sackedEnd)"));
    values.keySet().removeIf(name -> name.matches(".*\\.(plan.*|sndUp|rcvUp|finSeq)"));
    values
        .keySet()
        .removeIf(
            name ->
                name.matches(
                    ".*\\.(roundTrip\\..*|flight\\.(lost|again|steps|lastNs|lastEnd)|newly|highRxt|rescueRxt|judged)"));
    values.keySet().removeIf(name -> name.matches(".*\\.(timeoutNs|probe\\.endSeq)"));
    values.keySet().removeIf(name -> name.matches(".*\\.rack\\.(any|xmitNs|endSeq|rttNs)"));
    values.keySet().removeIf(name -> name.matches(".*\\.rack\\.(latestNs|measured|nowNs)"));
    values.keySet().removeIf(name -> name.matches(".*\\.echo(\\..*)?"));
    values.keySet().removeIf(name -> name.matches(".*\\.rack\\.(highest|grew|lostAgain.*)"));
    return values;
  }

  private static boolean isNoPartOfAHalf(Object object) {
    return isShared(object)
        || object instanceof TcpProfile
        || object
            .getClass()
            .getSimpleName()
            .matches("ByteAccount|Timers|ChunkPool|FlightPool|Lending");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet", "stop-and-wait"})
  void unfoldedEnd_isAsItWas(String profile) throws Exception {
    connect(profile, 1);
    talk();
    toLose = 1; // so that each kind of count has moved
    talk();
    passTime(4 * SECOND);
    talk();
    passTime(SECOND / 2);
    for (TcpConnection end : ends) {
      Map<String, Object> before = halves(end);
      TcpInfo info = end.info(nowNs);
      while (idle(end) == null) {
        nowNs += SECOND / 10; // it folds when it has been quiet for longer than its timeout
        end.onLook(nowNs);
      }
      assertNull(Shape.field(end, "sender"));
      assertNull(Shape.field(end, "receiver"));
      assertEquals(info, end.info(nowNs));
      assertNotNull(idle(end), "a list of connections leaves it folded");
      assertEquals(info, end.info(nowNs), "and as it was");
      end.readable();
      assertNull(idle(end));
      assertEquals(before, halves(end));
      assertTrue(before.size() > 50, before.size() + " fields");
    }
  }

  @Test
  void idleStack_foldsItsEndsAndThenHasNoDeadline() throws Exception {
    connect("reliable-link", 100);
    talk();
    assertTrue(client.nextDeadlineNs() != IpStack.NONE);
    passTime(4 * SECOND);
    assertEquals(IpStack.NONE, client.nextDeadlineNs());
    assertEquals(IpStack.NONE, server.nextDeadlineNs());
    for (TcpConnection end : ends) {
      assertNotNull(idle(end));
    }
    ends.get(6).write(new byte[10], 0, 10, nowNs);
    settle();
    assertNull(idle(ends.get(6)));
    assertNull(idle(ends.get(7)), "the peer's end");
    assertNotNull(idle(ends.get(8)));
    passTime(4 * SECOND);
    assertEquals(IpStack.NONE, client.nextDeadlineNs());
    assertNotNull(idle(ends.get(6)));
  }

  @Test
  void endWithSomethingUnreadOrUnacknowledged_doesNotFold() throws Exception {
    connect("reliable-link", 1);
    TcpConnection writer = ends.get(0);
    passTime(4 * SECOND);
    toLose = 0;
    writer.write(new byte[10], 0, 10, nowNs);
    pass(client, server); // and is lost
    writer.onLook(nowNs);
    writer.onLook(nowNs);
    assertNull(idle(writer), "in flight");
    while (!pass(client, server)) { // until it is sent again
      nowNs = client.nextDeadlineNs();
      client.onTick(nowNs);
    }
    TcpConnection reader = ends.get(1);
    reader.onLook(nowNs);
    reader.onLook(nowNs);
    assertNull(idle(reader), "unread");
    settle();
    passTime(4 * SECOND);
    assertNotNull(idle(writer));
    assertNotNull(idle(reader));
  }
}
