package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.AgreedOptions;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A path of IPv4's least MTU (RFC 791 §3.2), which leaves a segment 28 bytes for options and data.
 * One packet in five is lost, so that ACKs report blocks.
 */
class SmallestPacketsTest {
  private static final int LEAST_MTU = 68;
  private static final long STEP_NS = 1_000_000;

  private final byte[] packet = new byte[2_000];
  private final Random random = new Random(1);
  private long nowNs;
  private int longestAck;

  @ParameterizedTest
  @CsvSource({"68, 68", "68, 1500", "1500, 68"})
  void everyByteArrives_inNoPacketOfMore(int clientMtu, int serverMtu) throws Exception {
    IpStack client = stack("10.0.0.1", clientMtu, 1);
    IpStack server = stack("10.0.0.2", serverMtu, 2);
    server.listen(null, 80, 0);
    byte[] sent = new byte[20_000];
    random.nextBytes(sent);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    TcpConnection up = client.connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), 80), nowNs);
    int written = 0;
    while (received.size() < sent.length) {
      written += up.write(sent, written, sent.length - written, nowNs);
      nowNs += STEP_NS;
      assertTrue(nowNs < 600_000 * STEP_NS, received.size() + " bytes after ten minutes");
      client.onTick(nowNs);
      server.onTick(nowNs);
      exchange(client, server);
      for (TcpConnection c; (c = server.pollEvent()) != null; ) {
        if ((c.takeEvents() & TcpConnection.ACCEPTED) != 0) {
          c.accept();
        }
        for (Slice slice; (slice = c.read(Integer.MAX_VALUE, nowNs)) != null; ) {
          received.write(slice.bytes(), slice.offset(), slice.length());
        }
      }
      while (client.pollEvent() != null) {}
      exchange(server, client);
    }
    assertArrayEquals(sent, received.toByteArray());
    AgreedOptions options = up.info(nowNs).options();
    assertEquals(new AgreedOptions(true, false, false, 3, 3), options);
    assertEquals(28, up.info(nowNs).mss());
    assertEquals(LEAST_MTU, longestAck, "three blocks are the most that fit");
  }

  private static IpStack stack(String address, int mtu, long entropy) {
    TcpProfile profile = TcpProfile.RELIABLE_LINK.with(p -> p.timestamps(true).maxRetries(20));
    StackOptions options = new StackOptions().profile(profile).mtu(mtu);
    return new IpStack(options.addAddress(IpAddress.parse(address)), entropy, 0);
  }

  private void exchange(IpStack from, IpStack to) {
    for (int length; (length = from.pollPacket(packet, 0, nowNs)) > 0; ) {
      assertTrue(length <= LEAST_MTU, length + " bytes");
      int header = (packet[20 + 12] >> 4 & 15) * 4;
      if (length == 20 + header) {
        longestAck = Math.max(longestAck, length);
      }
      if (random.nextInt(5) > 0) {
        to.onPacket(packet, 0, length, nowNs);
      }
    }
  }
}
