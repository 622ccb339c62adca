package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast path is taken where it was made for, and the same packets leave as without it. */
class FastPathTest {
  private static final int BULK = 1_000_000;
  private static final int TRIPS = 1_000;
  private static final int BATCH = 32;

  private final byte[] packet = new byte[1_500];
  private long nowNs = 77;
  private long packets;
  private int wire;

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.", "fd66::"})
  @Rfc("7323 Appendix A")
  void bulkData_isPredicted_andItsAcksToo(String net) throws Exception {
    Ends fast = bulk(net, true);
    long data = fast.server.fastPath().predictedData();
    long segments = BULK / 1_460;
    assertTrue(data >= segments * 98 / 100, data + " of " + segments + " segments");
    long acks = fast.client.fastPath().predictedAcks();
    long heard = fast.client.counters().packetsReceived();
    assertTrue(acks >= heard * 95 / 100, acks + " of " + heard + " ACKs");
    int fastWire = wire;
    Ends plain = bulk(net, false);
    assertEquals(0, plain.server.fastPath().predictedData());
    assertEquals(0, plain.client.fastPath().predictedAcks());
    assertEquals(fastWire, wire);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.", "fd66::"})
  @Rfc("7323 Appendix A")
  void roundTrips_arePredictedOnBothEnds(String net) throws Exception {
    Ends fast = roundTrips(net, true);
    for (IpStack end : new IpStack[] {fast.client, fast.server}) {
      // The first byte may come with the end of the handshake.
      assertTrue(end.fastPath().predictedData() >= TRIPS - 1, "" + end.fastPath().predictedData());
      assertTrue(end.fastPath().predictedAcks() >= TRIPS - 1, "" + end.fastPath().predictedAcks());
    }
    int fastWire = wire;
    Ends plain = roundTrips(net, false);
    assertEquals(0, plain.client.fastPath().predictedData());
    assertEquals(fastWire, wire);
  }

  /** The sender's fields behind each ACK, with segments in flight and without. */
  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet"})
  @Rfc("7323 Appendix A")
  void predictedAcks_leaveTheSenderAsThePlainPathDoes(String profile) throws Exception {
    List<Map<String, Object>> fast = senders(profile, true);
    List<Map<String, Object>> plain = senders(profile, false);
    assertEquals(plain.size(), fast.size());
    int inFlight = 0;
    for (int i = 0; i < fast.size(); i++) {
      assertEquals(plain.get(i), fast.get(i), "round " + i);
      inFlight += (int) fast.get(i).get("Sender.flight.size") > 0 ? 1 : 0;
    }
    assertTrue(inFlight > 10 && inFlight < fast.size() - 10, inFlight + " of " + fast.size());
    assertTrue(fast.get(0).size() > 100, fast.get(0).size() + " fields");
  }

  private List<Map<String, Object>> senders(String profile, boolean fastPath) throws Exception {
    Ends ends = connect("10.0.0.", profile, fastPath);
    List<Map<String, Object>> senders = new ArrayList<>();
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      ends.connection.write(new byte[50_000], 0, 1 + random.nextInt(50_000), nowNs);
      pass(ends.client, ends.server, 1 + random.nextInt(BATCH));
      nowNs += random.nextInt(500_000); // in all less than a probe takes
      read(ends.server, received);
      pass(ends.server, ends.client, 1 + random.nextInt(2));
      nowNs += random.nextInt(500_000);
      pass(ends.client, ends.server, random.nextInt(4));
      Map<String, Object> sender = sender(ends.connection);
      // Notes of the plain path on a single ACK, which no later ACK reads.
      sender.keySet().removeIf(name -> name.matches(".*\\.(roundTrip|echo)(\\..*)?"));
      sender.keySet().removeIf(name -> name.matches(".*\\.(dsack|doubled|lost|steps|original)"));
      sender
          .keySet()
          .removeIf(name -> name.matches(".*\\.rack\\.(nowNs|latestNs|measured|highest|grew)"));
      senders.add(sender);
    }
    assertEquals(0, ends.connection.info(nowNs).retransmits());
    long predicted = ends.client.fastPath().predictedAcks();
    assertEquals(fastPath, predicted > 200, predicted + " predicted");
    return senders;
  }

  /** What calm ACKs left is as a Rack which heard of them has it: most senders make none. */
  private static Map<String, Object> sender(TcpConnection connection) throws Exception {
    Object sender = Shape.field(connection, "sender");
    Object recovery = Shape.field(sender, "recovery");
    Map<String, Object> values = Shape.values(sender, FastPathTest::isShared);
    values.keySet().removeIf(Shape::isSendersPart);
    values.keySet().removeIf(name -> name.matches(".*\\.calm(Sent)?Ns"));
    if (values.remove("Sender.recovery.rack") != null) { // it is null
      Method carriedOn = recovery.getClass().getDeclaredMethod("carriedOn");
      carriedOn.setAccessible(true);
      Shape.values(carriedOn.invoke(recovery), FastPathTest::isShared)
          .forEach((name, value) -> values.put("Sender.recovery.r" + name.substring(1), value));
    }
    return values;
  }

  private static boolean isShared(Object object) {
    String name = object.getClass().getSimpleName();
    return object instanceof Enum<?>
        || name.matches("ConnectionSettings|ByteAccount|ChunkPool|FlightPool|Chunk")
        || name.matches("TcpProfile|TcpTuning");
  }

  private record Ends(IpStack client, IpStack server, TcpConnection connection) {}

  private Ends connect(String net, boolean fastPath) throws StackException {
    return connect(net, "reliable-link", fastPath);
  }

  private Ends connect(String net, String profile, boolean fastPath) throws StackException {
    wire = 0;
    nowNs = 77;
    IpStack client = stack(net + 1, profile, fastPath, 1);
    IpStack server = stack(net + 2, profile, fastPath, 2);
    server.listen(null, 80, 0);
    TcpConnection connection =
        client.connect(ConnectRequest.to(IpAddress.parse(net + 2), 80), nowNs);
    return new Ends(client, server, connection);
  }

  private static IpStack stack(String address, String profile, boolean fastPath, long entropy) {
    StackOptions options =
        new StackOptions()
            .addAddress(IpAddress.parse(address))
            .mtu(1_500)
            .profile(TcpProfile.named(profile))
            .fastPath(fastPath);
    return new IpStack(options, entropy, 0);
  }

  private Ends bulk(String net, boolean fastPath) throws StackException {
    Ends ends = connect(net, fastPath);
    byte[] sent = TestBytes.of(1, 0, BULK);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    int written = 0;
    while (received.size() < BULK) {
      written += ends.connection.write(sent, written, BULK - written, nowNs);
      pass(ends.client, ends.server, BATCH);
      read(ends.server, received);
      pass(ends.server, ends.client, BATCH);
      nowNs += 1_000;
    }
    assertArrayEquals(sent, received.toByteArray());
    return ends;
  }

  private Ends roundTrips(String net, boolean fastPath) throws StackException {
    Ends ends = connect(net, fastPath);
    ByteArrayOutputStream echoed = new ByteArrayOutputStream();
    for (int i = 0; i < TRIPS; i++) {
      ends.connection.write(new byte[] {(byte) i}, 0, 1, nowNs);
      while (echoed.size() <= i) {
        pass(ends.client, ends.server, BATCH);
        for (TcpConnection c; (c = ends.server.pollEvent()) != null; ) {
          c.takeEvents();
          for (Slice s; (s = c.read(1, nowNs)) != null; ) {
            c.write(s.bytes(), s.offset(), s.length(), nowNs);
          }
        }
        pass(ends.server, ends.client, BATCH);
        read(ends.client, echoed);
        nowNs += 1_000;
      }
      assertEquals((byte) i, echoed.toByteArray()[i]);
    }
    return ends;
  }

  private void read(IpStack stack, ByteArrayOutputStream to) {
    for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
      c.takeEvents();
      for (Slice s; (s = c.read(Integer.MAX_VALUE, nowNs)) != null; ) {
        to.write(s.bytes(), s.offset(), s.length());
      }
    }
  }

  private void pass(IpStack from, IpStack to, int most) {
    for (int i = 0, n; i < most && (n = from.pollPacket(packet, 0, nowNs)) > 0; i++) {
      wire = 31 * wire + Arrays.hashCode(Arrays.copyOf(packet, n));
      to.onPacket(packet, 0, n, nowNs);
      packets++;
    }
    assertTrue(packets < 100 * (BULK / 1_000), "no progress");
  }
}
