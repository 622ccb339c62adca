package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.TestPackets;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Batches of packets on the event bus: handed over within a process, written and read between
 * nodes.
 */
class PacketBatchCodecTest {
  private static final int BEFORE = 3; // Bytes of the message that are not the codec's.

  private final PacketBatchCodec codec = new PacketBatchCodec();
  private final PacketBatchPool pool = new PacketBatchPool(1000, 8);

  private PacketBatch posted(byte[]... packets) {
    PacketBatch batch = TestPackets.batch(pool, packets);
    batch.post();
    return batch;
  }

  private Buffer wire(byte[]... packets) {
    Buffer wire = Buffer.buffer(new byte[BEFORE]);
    codec.encodeToWire(wire, posted(packets));
    return wire;
  }

  private void refused(Buffer wire) {
    assertThrows(IllegalArgumentException.class, () -> codec.decodeFromWire(BEFORE, wire));
  }

  @Test
  void inProcess_theObjectItself_isHandedOver_toOneOwner() {
    PacketBatch batch = posted(TestPackets.v4(40, 1));
    assertSame(batch, codec.transform(batch));
    assertTrue(batch.claim());
    assertFalse(batch.claim());
  }

  @Test
  void wire_roundTrip_keepsPacketsAndBoundaries_andReleasesTheBatch() {
    byte[][] packets = {TestPackets.v4(20, 1), TestPackets.v6(77, 2), TestPackets.v4(300, 3)};
    PacketBatch batch = codec.decodeFromWire(BEFORE, wire(packets));
    assertEquals(1, pool.idle());
    assertTrue(batch.claim());
    assertEquals(packets.length, batch.count());
    for (int i = 0; i < packets.length; i++) {
      int from = batch.offset(i);
      assertArrayEquals(
          packets[i], Arrays.copyOfRange(batch.bytes(), from, from + batch.length(i)));
    }
    batch.release();
  }

  @Test
  void batchWithAnOwner_travelsEmpty() {
    PacketBatch batch = posted(TestPackets.v4(40, 1));
    assertTrue(batch.claim());
    Buffer wire = Buffer.buffer(new byte[BEFORE]);
    codec.encodeToWire(wire, batch);
    assertTrue(codec.decodeFromWire(BEFORE, wire).isEmpty());
    assertEquals(1, batch.count());
  }

  @Test
  void wire_cutAnywhere_isRefused() {
    Buffer whole = wire(TestPackets.v4(20, 1), TestPackets.v6(60, 2));
    for (int length = BEFORE; length < whole.length(); length++) {
      refused(whole.getBuffer(0, length));
    }
    codec.decodeFromWire(BEFORE, whole);
  }

  @Test
  void wire_withMoreThanItSays_isRefused() {
    refused(wire(TestPackets.v4(20, 1)).appendByte((byte) 0));
    refused(wire().appendByte((byte) 0));
  }

  @Test
  void wire_ofAnotherVersion_isRefused() {
    refused(wire(TestPackets.v4(20, 1)).setByte(BEFORE, (byte) 2));
  }

  @Test
  void wire_withACountThatCannotBe_isRefused_beforeAnythingIsAllocated() {
    for (int count : new int[] {-1, 0, 2, 6, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      refused(wire(TestPackets.v4(20, 1)).setInt(BEFORE + 1, count));
    }
  }

  @Test
  void wire_withALengthThatCannotBe_isRefused() {
    for (int length : new int[] {-1, 0, 19, 21, 65_576, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      refused(wire(TestPackets.v4(20, 1)).setInt(BEFORE + 5, length));
    }
    Buffer two = wire(TestPackets.v4(20, 1), TestPackets.v4(20, 1));
    refused(two.setInt(BEFORE + 5, -20).setInt(BEFORE + 9, 60)); // They do add up.
  }

  @Test
  void registeringTwice_isFine() throws Exception {
    Vertx vertx = Vertx.vertx();
    PacketBatchCodec.register(vertx);
    PacketBatchCodec.register(vertx);
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
