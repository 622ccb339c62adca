package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.testkit.TestPackets;
import org.junit.jupiter.api.Test;

/** A batch of packets: its layout, its limits, its reuse. */
class PacketBatchTest {
  @Test
  void packetsAppended_lieBackToBack() {
    PacketBatch batch = new PacketBatchPool(200, 1).acquire();
    for (int i = 0; i < 5; i++) batch.append(TestPackets.v4(20 + i, i), 0, 20 + i);
    assertEquals(5, batch.count());
    assertEquals(110, batch.size());
    assertEquals(90, batch.room());
    assertEquals(41, batch.offset(2));
    assertEquals(22, batch.length(2));
  }

  @Test
  void manyTinyPackets_growTheTableOfEnds() {
    PacketBatch batch = new PacketBatchPool(4000, 1).acquire();
    for (int i = 0; i < 200; i++) batch.commit(20);
    assertEquals(200, batch.count());
    assertEquals(199 * 20, batch.offset(199));
  }

  @Test
  void batchOverAnArray_beginsWhereThePacketsDo() {
    byte[] array = new byte[100];
    PacketBatch batch = PacketBatch.over(array, 30);
    batch.commit(20);
    batch.commit(50);
    assertSame(array, batch.bytes());
    assertEquals(30, batch.offset(0));
    assertEquals(50, batch.offset(1));
    assertEquals(0, batch.room());
    batch.release();
  }

  @Test
  void packetBeyondTheRoom_isRefused() {
    PacketBatch batch = new PacketBatchPool(100, 1).acquire();
    batch.commit(60);
    assertThrows(IllegalArgumentException.class, () -> batch.commit(41));
    assertThrows(IllegalArgumentException.class, () -> batch.append(new byte[41], 0, 41));
    assertEquals(1, batch.count());
  }

  @Test
  void releasedBatch_isReusedEmpty_andOnlyOnce() {
    PacketBatchPool pool = new PacketBatchPool(100, 1);
    PacketBatch first = pool.acquire();
    first.commit(60);
    first.release();
    assertThrows(IllegalStateException.class, first::release);
    PacketBatch again = pool.acquire();
    assertSame(first, again);
    assertEquals(0, again.count());
    assertEquals(100, again.room());
  }

  @Test
  void idleBatchesBeyondTheLimit_areLeftToTheCollector() {
    PacketBatchPool pool = new PacketBatchPool(100, 1);
    PacketBatch a = pool.acquire();
    PacketBatch b = pool.acquire();
    assertNotSame(a, b);
    a.release();
    b.release();
    assertEquals(1, pool.idle());
  }
}
