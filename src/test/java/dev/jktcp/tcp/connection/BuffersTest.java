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
  private final ByteBudget budget = new ByteBudget(1 << 30, () -> {});
  private final ChunkPool pool = new ChunkPool(1 << 16, budget);
  private final Lending lending = new Lending(pool, budget);

  BuffersTest() {
    random.nextBytes(data);
  }

  private ByteAccount account() {
    return budget.open(false);
  }

  @Test
  void sendBuffer_holdsWhatWasWrittenUntilDropped() {
    SendBuffer buffer = new SendBuffer(pool, 100_000, account());
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
      assertTrue(buffer.held() <= buffer.size() + ChunkPool.BULK_BYTES + ChunkPool.CHUNK_BYTES);
      assertEquals(buffer.size() == 0, buffer.held() == 0, "an empty buffer holds nothing");
    }
  }

  @Test
  void sendBuffer_keepsItsOwnCopy() {
    SendBuffer buffer = new SendBuffer(pool, 100, account());
    byte[] users = {1, 2, 3};
    buffer.append(users, 0, 3);
    users[1] = 9;
    byte[] copy = new byte[3];
    buffer.copy(0, copy, 0, 3);
    assertArrayEquals(new byte[] {1, 2, 3}, copy);
  }

  @Test
  void receiveBuffer_givesEveryByteOnceInOrder() {
    ReceiveBuffer buffer = new ReceiveBuffer(pool, lending, account());
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    int appended = 0;
    while (taken.size() < data.length) {
      int length = Math.min(1 + random.nextInt(3_000), data.length - appended);
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
    ReceiveBuffer buffer = new ReceiveBuffer(pool, lending, account());
    for (int i = 0; i < 100; i++) {
      buffer.append(data, i * 10, 10);
    }
    int slices = 0;
    while (buffer.take(Integer.MAX_VALUE) != null) {
      slices++;
    }
    assertEquals(2, slices, "slices of 100 segments");
  }

  @Test
  void littleData_takesLittleMemory() {
    SendBuffer sent = new SendBuffer(pool, 1 << 20, account());
    ReceiveBuffer received = new ReceiveBuffer(pool, lending, account());
    sent.append(data, 0, 100);
    received.append(data, 0, 100);
    assertEquals(512, sent.held());
    assertEquals(512, received.held());
    sent.append(data, 100, 500);
    received.append(data, 100, 1_460);
    assertEquals(512 + 2_048, sent.held());
    assertEquals(512 + 2_048, received.held());
  }

  @Test
  void whereMemoryIsShort_aChunkIsAsLargeAsWhatItIsFor() {
    ByteBudget tight = new ByteBudget(16 * 1024, () -> {});
    tight.charge(11 * 1024);
    ReceiveBuffer buffer = new ReceiveBuffer(new ChunkPool(0, tight), lending, tight.open(false));
    buffer.append(data, 0, 5_000);
    assertEquals(5_000, buffer.held());
    assertEquals(5_000, buffer.take(10_000).length());
  }

  /** Payload may be read before or after its packet is released, or half of it. */
  @Test
  void lentPayload_isReadOnceInOrder_whenItIsReleasedOrBefore() {
    ReceiveBuffer buffer = new ReceiveBuffer(pool, lending, account());
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    int appended = 0;
    byte[] packet = new byte[3_000];
    while (taken.size() < data.length) {
      int length = Math.min(1 + random.nextInt(packet.length), data.length - appended);
      System.arraycopy(data, appended, packet, 0, length);
      lending.onPacket(random.nextInt(4) > 0);
      buffer.receive(packet, 0, length);
      appended += length;
      assertEquals(appended - taken.size(), buffer.size());
      for (int i = random.nextInt(4); i > 0 && buffer.size() > 0; i--) {
        Slice slice = buffer.take(1 + random.nextInt(4_000));
        taken.write(slice.bytes(), slice.offset(), slice.length());
      }
      lending.releasePackets();
      Arrays.fill(packet, (byte) 0);
    }
    assertArrayEquals(data, taken.toByteArray());
    assertEquals(0, budget.data());
  }

  @Test
  void payloadOfManyPackets_liesWhereItCame_untilItIsReadOrKept() {
    ByteAccount account = account();
    ReceiveBuffer buffer = new ReceiveBuffer(pool, lending, account);
    lending.onPacket(true);
    for (int i = 0; i < 40; i++) {
      buffer.receive(data, i * 1_000, 1_000);
    }
    assertEquals(40_000, account.held(), "it counts, but no chunk was taken");
    for (int i = 0; i < 20; i++) {
      assertEquals(1_000, buffer.take(Integer.MAX_VALUE).length());
    }
    lending.releasePackets();
    byte[] now = data.clone();
    Arrays.fill(data, (byte) 0);
    for (int at = 20_000; at < 40_000; ) {
      Slice slice = buffer.take(Integer.MAX_VALUE);
      assertTrue(slice.length() > 1_000, "kept side by side");
      for (int i = 0; i < slice.length(); i++) {
        assertEquals(now[at++], slice.bytes()[slice.offset() + i]);
      }
    }
  }

  @Test
  void whereMemoryIsScarce_nothingIsBorrowed() {
    ByteBudget tight = new ByteBudget(64 * 1024, () -> {});
    ChunkPool chunks = new ChunkPool(0, tight);
    Lending lends = new Lending(chunks, tight);
    ReceiveBuffer buffer = new ReceiveBuffer(chunks, lends, tight.open(false));
    tight.charge(40 * 1024);
    lends.onPacket(true);
    buffer.receive(data, 0, 100);
    assertEquals(512, buffer.held());
  }

  /** Whatever is kept of what was shown is spoilt when the stack is called again. */
  @Test
  void aReaderThatKeepsWhatItWasShown_isCaught() {
    byte[] whole = data.clone();
    ReceiveBuffer buffer = new ReceiveBuffer(pool, lending, account());
    buffer.append(data, 0, 3_000);
    lending.onPacket(true);
    buffer.receive(data, 3_000, 1_000);
    for (int at = 0; buffer.size() > 0; ) {
      Slice slice = buffer.take(1_500);
      byte[] kept = slice.bytes();
      int from = slice.offset();
      int length = slice.length();
      assertEquals(data[at], kept[from]);
      lending.endShow();
      for (int i = 0; i < length; i++) {
        assertEquals((byte) 0xdb, kept[from + i]);
      }
      at += length;
    }
    assertArrayEquals(whole, data, "a packet is not ours to spoil");
  }

  @Test
  void idleChunks_areUsedAgain_countAndGiveWay() {
    ByteBudget tight = new ByteBudget(128 * 1024, () -> {});
    ChunkPool chunks = new ChunkPool(1 << 20, tight);
    ByteQueue queue = chunks.queue(tight.open(false));
    queue.append(data, 0, 40_000);
    queue.drop(40_000);
    assertEquals(5 * 8_192, tight.idle());
    assertEquals(tight.idle(), tight.total());
    queue.append(data, 0, 40_000);
    assertEquals(0, tight.idle());
    queue.drop(queue.size());
    tight.charge(50_000); // idle chunks and this are above the half
    assertTrue(tight.total() <= 64 * 1024, tight.total() + " bytes");
    tight.charge(20_000);
    assertEquals(0, tight.idle());
    assertTrue(tight.isScarce());
    queue.append(data, 0, 8_000);
    queue.drop(queue.size());
    assertEquals(0, tight.idle(), "nothing is left idle where memory is scarce");
  }

  @Test
  void bulk_liesInLargerChunks_unlessMemoryIsShort() {
    ByteQueue plenty = new ChunkPool(1 << 20, budget).queue(account());
    plenty.append(data, 0, 40_000);
    assertEquals(32_768 + 8_192, plenty.held());
    ByteBudget tight = new ByteBudget(128 * 1024, () -> {});
    ByteQueue few = new ChunkPool(1 << 20, tight).queue(tight.open(false));
    few.append(data, 0, 40_000);
    assertEquals(5 * 8_192, few.held());
  }

  @Test
  void idleChunks_areBounded_smallOnesLeaveRoomForLargeOnes() {
    ChunkPool chunks = new ChunkPool(1 << 20, budget);
    for (int i = 0; i < 10_000; i++) {
      chunks.give(new Chunk(512));
    }
    assertEquals(1 << 17, budget.idle());
    for (int i = 0; i < 1_000; i++) {
      chunks.give(new Chunk(8_192));
    }
    assertEquals(4 << 17, budget.idle(), "the rest is for those of bulk and the middle ones");
    for (int i = 0; i < 1_000; i++) {
      chunks.give(new Chunk(32_768));
    }
    assertEquals(7 << 17, budget.idle(), "an eighth is for the middle ones");
    chunks.give(new Chunk(700)); // made for want of memory
    assertEquals(7 << 17, budget.idle());
  }

  @Test
  void reassembler_anyOrderAndOverlap_givesTheStream() {
    for (int round = 0; round < 300; round++) {
      int length = 1 + random.nextInt(5_000);
      int base = round % 2 == 0 ? -length / 2 : random.nextInt(); // half of them wrap
      Reassembler reassembler = new Reassembler(1 << 20, account());
      ReceiveBuffer buffer = new ReceiveBuffer(pool, lending, account());
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
    ReceiveBuffer buffer = new ReceiveBuffer(pool, lending, account());
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
    ReceiveBuffer buffer = new ReceiveBuffer(pool, lending, account());
    reassembler.insert(-50, data, 50, 10);
    assertEquals(20, reassembler.drainInto(buffer, -100));
    assertTrue(reassembler.isEmpty());
    Slice slice = buffer.take(120);
    assertEquals(data[0], slice.bytes()[slice.offset()]);
  }
}
