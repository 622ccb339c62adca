package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The three buffers against plain arrays. */
class BuffersTest {
  private final Random random = new Random(7);
  private final byte[] data = new byte[400_000];

  BuffersTest() {
    random.nextBytes(data);
  }

  private static ByteAccount account() {
    return new ByteBudget(1 << 30, () -> {}).open();
  }

  @Test
  void sendBuffer_holdsWhatWasWrittenUntilDropped() {
    SendBuffer buffer = new SendBuffer(new ChunkPool(1 << 16), 100_000, account());
    int written = 0;
    int dropped = 0;
    byte[] copy = new byte[5_000];
    while (dropped < data.length) {
      int want = Math.min(random.nextInt(30_000), data.length - written);
      int room = buffer.room();
      int taken = buffer.append(data, written, want);
      assertEquals(Math.min(want, room), taken);
      written += taken;
      assertEquals(written - dropped, buffer.size());
      if (buffer.size() > 0) {
        int position = random.nextInt(buffer.size());
        int length = Math.min(copy.length, buffer.size() - position);
        buffer.copy(position, copy, 0, length);
        int from = dropped + position;
        assertArrayEquals(
            Arrays.copyOfRange(data, from, from + length), Arrays.copyOf(copy, length));
      }
      int drop = random.nextInt(buffer.size() + 1);
      buffer.drop(drop);
      dropped += drop;
      assertTrue(buffer.held() <= buffer.size() + 2 * ChunkPool.CHUNK_BYTES);
      assertEquals(buffer.size() == 0, buffer.held() == 0, "an empty buffer holds nothing");
    }
  }

  @Test
  void sendBuffer_keepsItsOwnCopy() {
    SendBuffer buffer = new SendBuffer(new ChunkPool(0), 100, account());
    byte[] users = {1, 2, 3};
    buffer.append(users, 0, 3);
    users[1] = 9;
    byte[] copy = new byte[3];
    buffer.copy(0, copy, 0, 3);
    assertArrayEquals(new byte[] {1, 2, 3}, copy);
  }

  @Test
  void receiveBuffer_givesEveryByteOnceInOrder() {
    ReceiveBuffer buffer = new ReceiveBuffer(1 << 20, account());
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    int appended = 0;
    while (taken.size() < data.length) {
      int length = Math.min(random.nextInt(3_000), data.length - appended);
      buffer.append(data, appended, length);
      appended += length;
      for (int i = random.nextInt(3); i > 0 && buffer.size() > 0; i--) {
        int most = 1 + random.nextInt(10_000);
        Slice slice = buffer.take(most);
        assertTrue(slice.length() <= most);
        taken.write(slice.bytes(), slice.offset(), slice.length());
      }
      assertEquals(appended - taken.size(), buffer.size());
      assertEquals(buffer.size() == 0, buffer.held() == 0, "an empty buffer holds nothing");
    }
    assertArrayEquals(data, taken.toByteArray());
    assertNull(buffer.take(10));
  }

  @Test
  void receiveBuffer_joinsSmallSegments() {
    ReceiveBuffer buffer = new ReceiveBuffer(1 << 20, account());
    for (int i = 0; i < 100; i++) {
      buffer.append(data, i * 10, 10);
    }
    int slices = 0;
    while (buffer.take(Integer.MAX_VALUE) != null) {
      slices++;
    }
    assertTrue(slices <= 10, "100 segments in " + slices + " slices");
    for (int i = 0; i < 100; i++) {
      buffer.append(data, i * 10, 10);
    }
    assertEquals(1000, buffer.take(Integer.MAX_VALUE).length(), "the second burst is one slice");
  }

  @Test
  void receiveBuffer_aSmallSliceDoesNotPinALargeArray() {
    ReceiveBuffer buffer = new ReceiveBuffer(1 << 20, account());
    buffer.append(data, 0, 60_000);
    buffer.take(60_000);
    buffer.append(data, 0, 10);
    assertEquals(10, buffer.take(100).bytes().length);
  }

  /** Seed 1522 of the simulator held 64 KiB for a buffer of 4. */
  @Test
  void receiveBufferThatIsSeldomEmpty_holdsNoMoreThanItsCapacityAfterwards() {
    ReceiveBuffer buffer = new ReceiveBuffer(4_096, account());
    buffer.append(data, 0, 1_000);
    for (int i = 0; i < 90; i++) { // 90 KB pass through, and then it is empty
      buffer.append(data, 0, 1_000);
      buffer.take(1_000);
    }
    while (buffer.take(4_096) != null) {
      continue;
    }
    buffer.append(data, 0, 1_000);
    assertTrue(buffer.held() <= 4_096, buffer.held() + " bytes held");
  }

  @Test
  void reassembler_anyOrderAndOverlap_givesTheStream() {
    for (int round = 0; round < 300; round++) {
      int length = 1 + random.nextInt(5_000);
      int base = round % 2 == 0 ? -length / 2 : random.nextInt(); // half of them wrap
      Reassembler reassembler = new Reassembler(1 << 20, account());
      ReceiveBuffer buffer = new ReceiveBuffer(1 << 20, account());
      int next = base;
      byte[] source = Arrays.copyOf(data, length);
      while (next != base + length) {
        int from = random.nextInt(length);
        int size = Math.min(1 + random.nextInt(700), length - from);
        int seq = base + from;
        if (seq - next >= 0) {
          reassembler.insert(seq, source, from, size);
        } else if (seq + size - next > 0) {
          int skip = next - seq;
          buffer.append(source, from + skip, size - skip);
          next = seq + size;
        }
        next = reassembler.drainInto(buffer, next);
        assertTrue(reassembler.size() <= length);
      }
      assertTrue(reassembler.isEmpty());
      assertEquals(0, reassembler.size());
      ByteArrayOutputStream taken = new ByteArrayOutputStream();
      for (Slice slice; (slice = buffer.take(Integer.MAX_VALUE)) != null; ) {
        taken.write(slice.bytes(), slice.offset(), slice.length());
      }
      assertArrayEquals(source, taken.toByteArray());
    }
  }

  @Test
  void reassembler_tinyPieces_areBounded() {
    Reassembler reassembler = new Reassembler(65_536, account());
    for (int i = 0; i < 60_000; i += 2) {
      reassembler.insert(i + 1, data, i, 1);
    }
    assertEquals(256, reassembler.size());
  }

  @Test
  void reassembler_piecesThatAreGone_makeRoomForOthers() {
    Reassembler reassembler = new Reassembler(4_096, account()); // room for 64 pieces
    ReceiveBuffer buffer = new ReceiveBuffer(1 << 20, account());
    int next = 0;
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 64; i++) {
        reassembler.insert(next + 1 + 2 * i, data, 0, 1);
      }
      assertEquals(64, reassembler.size(), "round " + round);
      if (round % 2 == 0) {
        reassembler.dropFrom(next);
      } else {
        for (int i = 0; i < 64; i++) {
          next = reassembler.drainInto(buffer, next + 1);
        }
      }
      assertEquals(0, reassembler.size());
    }
  }

  @Test
  void whatIsHeldBehindAFin_isForgotten_ofAPieceAcrossItTheRest() {
    Reassembler reassembler = new Reassembler(65_536, account());
    reassembler.insert(-100, data, 0, 50);
    reassembler.insert(-40, data, 60, 100);
    reassembler.insert(80, data, 180, 10);
    reassembler.dropFrom(20);
    assertEquals(50 + 60, reassembler.size());
    ReceiveBuffer buffer = new ReceiveBuffer(1 << 20, account());
    reassembler.insert(-50, data, 50, 10);
    assertEquals(20, reassembler.drainInto(buffer, -100));
    assertTrue(reassembler.isEmpty());
    Slice slice = buffer.take(120);
    assertEquals(data[0], slice.bytes()[slice.offset()]);
  }
}
