package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user of a connection or of a listener sets the receive buffer, and so the largest window. */
class OwnWindowTest {
  private static final int WINDOW = 10_000;
  private static final int STACKS = 512 * 1024;

  private final byte[] packet = new byte[2000];
  private long nowNs = 77;

  private IpStack stack(int host, int halfOpen) {
    StackOptions options =
        new StackOptions()
            .addAddress(IpAddress.parse("10.0.0." + host))
            .addAddress(IpAddress.parse("fd66::" + host))
            .mtu(1400)
            .receiveBuffer(STACKS / 2)
            .maxReceiveBuffer(STACKS)
            .maxHalfOpen(halfOpen);
    return new IpStack(options, host, 0);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.2, 8", "fd66::2, 8", "10.0.0.2, 0", "fd66::2, 0"}) // 0: by cookies
  void listenersReceiveBuffer_isTheWindowOfItsConnections_andOfNoOthers(String at, int halfOpen)
      throws Exception {
    IpStack client = stack(1, 8);
    IpStack server = stack(2, halfOpen);
    server.listen(null, 80, 8).receiveBuffer(WINDOW);
    server.listen(null, 81, 8);
    for (int i = 0; i < 2; i++) {
      assertEquals(WINDOW, windowAfter(client, server, at, 80, 5 * WINDOW));
      int others = windowAfter(client, server, at, 81, 5 * WINDOW);
      assertTrue(others > 5 * WINDOW, "window " + others);
    }
  }

  @Test
  void largerThanTheStacks_isTheStacks() throws Exception {
    IpStack client = stack(1, 8);
    IpStack server = stack(2, 8);
    server.listen(null, 80, 8).receiveBuffer(Integer.MAX_VALUE);
    windowAfter(client, server, "10.0.0.2", 80, WINDOW);
    assertEquals(STACKS, server.pollEvent().info(nowNs).receiveBuffer());
  }

  @Test
  void changeOfTheMtu_leavesIt_alsoToAnEndThatIsFoldedThen() throws Exception {
    IpStack client = stack(1, 8);
    IpStack server = stack(2, 8);
    server.listen(null, 80, 8).receiveBuffer(WINDOW);
    TcpConnection up = client.connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), 80), nowNs);
    settle(client, server);
    TcpConnection end = server.pollEvent();
    server.changeMtu(1300);
    for (int i = 0; i < 10; i++) { // past its retransmission timeout
      settle(client, server);
    }
    end.onLook(nowNs);
    end.onLook(nowNs);
    assertTrue(end.isFolded());
    for (int i = 0; i < 20; i++) {
      up.write(new byte[WINDOW], 0, WINDOW, nowNs);
      settle(client, server);
      while (end.read(WINDOW, nowNs) != null) {}
      assertEquals(WINDOW, end.info(nowNs).receiveBuffer());
    }
    assertEquals(20 * WINDOW, end.info(nowNs).bytesReceived());
  }

  /** The window that the server offers when its user has not read what was written. */
  private int windowAfter(IpStack client, IpStack server, String at, int port, int bytes)
      throws Exception {
    ConnectRequest request = ConnectRequest.to(IpAddress.parse(at), port);
    TcpConnection up = client.connect(request, nowNs);
    settle(client, server);
    int most = up.info(nowNs).sendWindow();
    up.write(new byte[bytes], 0, bytes, nowNs);
    settle(client, server);
    assertTrue(up.bytesAcked() >= Math.min(most, bytes) - 1400, "acknowledged " + up.bytesAcked());
    return Math.max(most, up.info(nowNs).sendWindow());
  }

  private void settle(IpStack client, IpStack server) {
    for (int quiet = 0; quiet < 4; quiet++) {
      while (exchange(client, server) + exchange(server, client) > 0) {}
      nowNs += 50_000_000; // delayed ACKs
      client.onTick(nowNs);
      server.onTick(nowNs);
    }
  }

  private int exchange(IpStack from, IpStack to) {
    int packets = 0;
    for (int length; (length = from.pollPacket(packet, 0, nowNs)) > 0; packets++) {
      to.onPacket(packet, 0, length, nowNs);
    }
    return packets;
  }
}
