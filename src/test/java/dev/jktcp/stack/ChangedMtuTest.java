package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The transport's largest packet changes while connections live. */
class ChangedMtuTest {
  private final byte[] packet = new byte[40_000];
  private final List<byte[]> sent = new ArrayList<>();
  private IpStack stack;
  private IpStack peer;
  private TcpConnection connection;

  @BeforeEach
  void connect() throws StackException {
    stack = stack("10.0.0.1", 1_400);
    peer = stack("10.0.0.2", 40_000);
    peer.listen(null, 7, 1);
    connection = stack.connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), 7), 0);
    for (int turn = 0; turn < 3; turn++) {
      send(0);
      deliver();
    }
    assertTrue(connection.state().synchronizedState());
  }

  private static IpStack stack(String address, int mtu) {
    return new IpStack(new StackOptions().addAddress(IpAddress.parse(address)).mtu(mtu), 1, 2);
  }

  @Test
  void smaller_cutsWhatIsSentForTheFirstTimeAndAgain() {
    connection.write(new byte[8_000], 0, 8_000, 0);
    send(0);
    assertEquals(1_400, largest());
    sent.clear(); // all is lost
    stack.changeMtu(600);
    for (long ns = 0; ns < 20 * SECOND && connection.sendQueued() > 0; ns += SECOND / 100) {
      stack.onTick(ns);
      send(ns);
      assertTrue(largest() <= 600, "a packet of " + largest());
      deliver();
    }
    assertEquals(8_000, connection.bytesAcked());
  }

  @Test
  void larger_isUsedAtOnce() {
    stack.changeMtu(3_000);
    connection.write(new byte[8_000], 0, 8_000, 0);
    send(0);
    assertEquals(3_000, largest());
  }

  /** Ten segments of the old size are not one of the new. */
  @Test
  void largerThanTheCongestionWindow_waitsForNoTimer() {
    stack.changeMtu(20_000);
    connection.write(new byte[60_000], 0, 60_000, 0);
    send(0);
    assertEquals(20_000, largest());
  }

  @Test
  void impossible_changesNothing() {
    assertThrows(IllegalArgumentException.class, () -> stack.changeMtu(67));
    assertEquals(1_400, stack.mtu());
  }

  /** A change that failed before makes no difference. */
  @Test
  void receiveMtuThatWasNotGiven_isTheMtuStill() {
    assertThrows(IllegalArgumentException.class, () -> stack.changeMtu(67));
    stack.changeMtu(600);
    assertEquals(600, stack.options().receiveMtu());
  }

  private void send(long nowNs) {
    for (int n; (n = stack.pollPacket(packet, 0, nowNs)) > 0; ) {
      sent.add(Arrays.copyOf(packet, n));
    }
  }

  private int largest() {
    return sent.stream().mapToInt(p -> p.length).max().orElse(0);
  }

  private void deliver() {
    for (byte[] p : sent) {
      peer.onPacket(p, 0, p.length, 0);
    }
    sent.clear();
    for (int n; (n = peer.pollPacket(packet, 0, 0)) > 0; ) {
      stack.onPacket(packet, 0, n, 0);
    }
  }
}
