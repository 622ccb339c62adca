package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.jktcp.tcp.connection.Flow;
import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table of connections, held against a map. */
class FlowTableTest {
  private static final class Named extends Flow {
    Named(IpAddress local, int localPort, IpAddress remote, int remotePort) {
      super(local, localPort, remote, remotePort);
    }
  }

  @Test
  void randomAddsAndRemoves_findWhatAMapFinds() throws Exception {
    Random random = new Random(5);
    FlowTable table =
        new FlowTable(new SipHash(1, 2), new PortChooser(new SipHash(3, 4), 49_152, 65_535, 1));
    Map<String, Flow> expected = new HashMap<>();
    IpAddress[] addresses = {
      IpAddress.parse("10.0.0.1"),
      IpAddress.parse("10.0.0.2"),
      IpAddress.parse("fd66::1"),
      IpAddress.parse("fd66::2")
    };
    byte[] packet = new byte[100];
    IpPacket ip = new IpPacket();
    for (int step = 0; step < 60_000; step++) {
      int family = 2 * random.nextInt(2);
      IpAddress local = addresses[family + random.nextInt(2)];
      IpAddress remote = addresses[family + random.nextInt(2)];
      int localPort = random.nextInt(20);
      int remotePort = random.nextInt(20);
      String key = local + "|" + localPort + "|" + remote + "|" + remotePort;
      Flow present = expected.get(key);
      OutSegment segment =
          new OutSegment().begin(remote, remotePort, local, localPort).ip(64, 0).tcp(0, 0, 0);
      int length = PacketWriter.tcp(packet, 0, segment);
      ip.parse(packet, 0, length);
      assertSame(present, table.find(ip, remotePort, localPort));
      assertEquals(present != null, table.contains(local, localPort, remote, remotePort));
      // Grows for the first half, shrinks in the second.
      boolean add = random.nextInt(10) < (step < 30_000 ? 7 : 2);
      if (present == null && add) {
        Flow flow = new Named(local, localPort, remote, remotePort);
        table.add(flow);
        expected.put(key, flow);
      } else if (present != null && !add) {
        table.remove(present);
        expected.remove(key);
        assertNull(table.find(ip, remotePort, localPort));
      } else if (present != null) {
        Flow successor = new Named(local, localPort, remote, remotePort);
        table.replace(present, successor);
        expected.put(key, successor);
        assertSame(successor, table.find(ip, remotePort, localPort));
      }
      assertEquals(expected.size(), table.size());
    }
    int[] seen = {0};
    table.forEach(flow -> seen[0]++);
    assertEquals(expected.size(), seen[0]);
  }
}
