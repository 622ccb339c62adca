package dev.jktcp.pcap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A capture is written behind the packets, loses packets before memory, and ends whole. */
class PcapFileTest {
  private static final int MAX_BUFFERED = 400_000;

  private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
  private final Buffer disk = Buffer.buffer();
  private final ArrayDeque<Promise<Void>> writes = new ArrayDeque<>();
  private Buffer underWay;
  private long cutAt = -1;
  private int closes;
  private final List<String> lost = new ArrayList<>();

  private final PcapFile.Output output =
      new PcapFile.Output() {
        @Override
        public Future<Void> write(Buffer buffer) {
          assertTrue(writes.isEmpty(), "two writes under way");
          underWay = buffer;
          Promise<Void> promise = Promise.promise();
          writes.add(promise);
          return promise.future();
        }

        @Override
        public Future<Void> truncate(long bytes) {
          assertEquals(0, closes);
          cutAt = bytes;
          return Future.succeededFuture();
        }

        @Override
        public Future<Void> close() {
          closes++;
          return Future.succeededFuture();
        }
      };

  private final PcapFile file =
      new PcapFile(
          output, new PcapEncoder(0, 0, 100_000), MAX_BUFFERED, turns::add, why -> lost.add(why));

  private void turn() {
    while (!turns.isEmpty()) turns.poll().run();
  }

  private void diskDone() {
    disk.appendBuffer(underWay);
    writes.poll().complete();
  }

  private void packets(int count, int length) {
    byte[] packet = new byte[length];
    Arrays.fill(packet, (byte) 7);
    for (int i = 0; i < count; i++) file.packet(packet, 0, length, 0);
  }

  @Test
  void packetsOfATurn_areOneWrite_andThoseDuringIt_theNext() {
    packets(3, 10);
    assertTrue(writes.isEmpty());
    turn();
    packets(2, 10);
    turn();
    diskDone();
    assertEquals(24 + 3 * 26, disk.length());
    diskDone();
    assertEquals(24 + 5 * 26, disk.length());
    assertTrue(writes.isEmpty());
    assertEquals(5, file.captured());
  }

  @Test
  void emptyCapture_isAFileHeader() {
    Future<Void> ended = file.end();
    diskDone();
    assertTrue(ended.succeeded());
    assertEquals(24, disk.length());
    assertEquals(1, closes);
  }

  @Test
  void slowFile_losesPacketsFromTheCapture_notMemory() {
    turn();
    packets(1000, 1000);
    int fit = (MAX_BUFFERED / 2) / 1016;
    assertEquals(fit, file.captured());
    assertEquals(1000 - fit, file.dropped());
    diskDone();
    packets(1, 1000);
    assertEquals(fit + 1, file.captured());
  }

  @Test
  void end_completesWhenAllIsWritten_andNothingIsCapturedAfterIt() {
    packets(1, 10);
    turn();
    packets(1, 10);
    Future<Void> ended = file.end();
    packets(1, 10);
    diskDone();
    assertFalse(ended.isComplete());
    diskDone();
    assertTrue(ended.succeeded());
    assertEquals(24 + 2 * 26, disk.length());
    assertEquals(1, file.dropped());
    file.end();
    turn();
    assertEquals(1, closes);
  }

  @Test
  void failedWrite_isToldByEnd_andStopsTheCapture() {
    packets(1, 10);
    turn();
    writes.poll().fail(new IOException("No space left on device"));
    packets(1, 10);
    assertEquals(2, file.dropped());
    Future<Void> ended = file.end();
    assertEquals("capture is incomplete: No space left on device", ended.cause().getMessage());
    assertEquals(1, closes);
  }

  @Test
  void failedWrite_leavesWholePackets_andIsSaidOnce() {
    packets(3, 10);
    turn();
    diskDone();
    packets(2, 10);
    turn();
    packets(4, 10);
    writes.poll().fail(new VertxException(new IOException("No space left on device")));
    assertEquals(24 + 3 * 26, cutAt);
    assertEquals(1, closes);
    assertEquals(List.of("ended: No space left on device; the 3 packets in it are whole"), lost);
    packets(5, 10);
    turn();
    assertEquals(3, file.captured());
    assertEquals(11, file.dropped());
    assertTrue(writes.isEmpty());
    assertTrue(file.end().failed());
    assertEquals(1, lost.size());
    assertEquals(1, closes);
  }

  @Test
  void recordsOfOneTurn_arriveUnchanged_whateverTheBufferGrewTo() {
    turn();
    diskDone();
    int before = disk.length();
    packets(1, 90_000);
    packets(1, 90_000);
    turn();
    diskDone();
    byte[] expected = new byte[90_000];
    Arrays.fill(expected, (byte) 7);
    assertArrayEquals(expected, disk.getBytes(before + 16, before + 16 + 90_000));
    assertArrayEquals(expected, disk.getBytes(before + 90_032, before + 180_032));
  }
}
