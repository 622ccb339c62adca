package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payload that lies in a batch of packets until they are released, and what readers see of it. */
class LentPacketsTest {
  private static final byte SPOILT = (byte) 0xdb;
  private static final int MTU = 1_500;
  private static final int MSS = 1_448; // with timestamps

  private final byte[] batch = new byte[64 * MTU];
  private IpStack client;
  private IpStack server;
  private TcpConnection up;
  private TcpConnection down;
  private long nowNs;

  @BeforeEach
  void open() throws StackException {
    client = stack("10.0.0.1", 1);
    server = stack("10.0.0.2", 2);
    server.listen(null, 80, 0);
    up = client.connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), 80), nowNs);
    settle();
    down = accepted();
    settle();
  }

  private static IpStack stack(String address, long entropy) {
    StackOptions options = new StackOptions().addAddress(IpAddress.parse(address)).mtu(MTU);
    return new IpStack(options, entropy, 0);
  }

  private TcpConnection accepted() {
    TcpConnection connection = server.pollEvent();
    connection.accept();
    return connection;
  }

  /** Written by the client and given to the server, but not released. */
  private void lend(TcpConnection from, int stream, int offset, int length) {
    assertEquals(length, from.write(TestBytes.of(stream, offset, length), 0, length, nowNs));
    int end = 0;
    for (int n; (n = client.pollPacket(batch, end, nowNs)) > 0; end += n) {
      server.onLentPacket(batch, end, n, nowNs);
    }
  }

  private void release() {
    server.releasePackets();
    Arrays.fill(batch, (byte) 0);
  }

  private void settle() {
    while (carry(client, server) + carry(server, client) > 0) {}
  }

  private int carry(IpStack from, IpStack to) {
    int packets = 0;
    for (int n; (n = from.pollPacket(batch, 0, nowNs)) > 0; packets++) {
      to.onPacket(batch, 0, n, nowNs);
    }
    return packets;
  }

  /** Reads so many bytes, which must be those of the stream, and says in how many slices. */
  private int read(TcpConnection connection, int stream, int offset, int length) {
    int at = offset;
    int slices = 0;
    for (Slice s; at < offset + length; slices++) {
      s = connection.read(offset + length - at, nowNs);
      assertTrue(TestBytes.mismatch(stream, at, s.bytes(), s.offset(), s.length()) < 0, "at " + at);
      at += s.length();
    }
    assertEquals(offset + length, at);
    return slices;
  }

  @Test
  void aReaderThatComesBeforeTheRelease_isShownEachPayload_andNoMemoryIsTaken() {
    lend(up, 1, 0, 10 * MSS);
    assertEquals(10 * MSS, server.bytesHeld(), "it is unread, and counts");
    assertEquals(10 * MSS, down.readable());
    assertEquals(10, read(down, 1, 0, 10 * MSS));
    assertNull(down.read(1, nowNs));
    release();
    assertEquals(0, server.bytesHeld());
    assertEquals(0, server.budget().idle(), "no chunk was ever taken");
  }

  @Test
  void whatNobodyReadBeforeTheRelease_isCopied() {
    lend(up, 1, 0, 10 * MSS);
    read(down, 1, 0, 3 * MSS + 700);
    release();
    assertEquals(7 * MSS - 700, down.readable());
    assertTrue(read(down, 1, 3 * MSS + 700, 7 * MSS - 700) < 6, "and lies side by side");
    assertEquals(0, server.bytesHeld());
  }

  @Test
  void lentPayloadBehindACopy_isReadInOrder_withAHoleToo() {
    lend(up, 1, 0, 1_000);
    release();
    lend(up, 1, 1_000, 2_000);
    up.write(TestBytes.of(1, 3_000, 2_000), 0, 2_000, nowNs); // the first half comes last
    int first = client.pollPacket(batch, 10 * MTU, nowNs);
    int second = client.pollPacket(batch, 11 * MTU, nowNs);
    server.onLentPacket(batch, 11 * MTU, second, nowNs);
    assertEquals(3_000, down.readable());
    read(down, 1, 0, 1_500);
    server.onLentPacket(batch, 10 * MTU, first, nowNs);
    assertEquals(3_500, down.readable());
    release();
    read(down, 1, 1_500, 3_500);
    assertEquals(0, server.bytesHeld());
  }

  @Test
  void packetsOfTwoConnections_areReadByEither() throws StackException {
    TcpConnection other = client.connect(ConnectRequest.to(down.localAddress(), 80), nowNs);
    settle();
    TcpConnection otherDown = accepted();
    for (int i = 0; i < 5; i++) {
      byte[] one = TestBytes.of(1, i * MSS, MSS);
      byte[] two = TestBytes.of(2, i * MSS, MSS);
      up.write(one, 0, MSS, nowNs);
      other.write(two, 0, MSS, nowNs);
    }
    int end = 0;
    for (int n; (n = client.pollPacket(batch, end, nowNs)) > 0; end += n) {
      server.onLentPacket(batch, end, n, nowNs);
    }
    read(otherDown, 2, 0, 2 * MSS);
    read(down, 1, 0, 3 * MSS);
    release();
    read(down, 1, 3 * MSS, 2 * MSS);
    read(otherDown, 2, 2 * MSS, 3 * MSS);
  }

  @Test
  void lentPayload_takesRoomInTheWindow() {
    int open = down.rcvWnd();
    lend(up, 1, 0, 10 * MSS);
    assertEquals(open - 10 * MSS, down.rcvWnd());
    assertEquals(open - 10 * MSS, answeredWindow(), 4, "no more, but for scaling");
    read(down, 1, 0, 10 * MSS);
    release();
    lend(up, 1, 10 * MSS, 2 * MSS);
    assertTrue(answeredWindow() >= open - 2 * MSS, "what is read opens it");
  }

  private int answeredWindow() {
    int length = server.pollPacket(batch, 20 * MTU, nowNs);
    client.onPacket(batch, 20 * MTU, length, nowNs);
    return down.rcvWnd();
  }

  @Test
  void aConnectionThatIsReset_forgetsWhatItBorrowed() {
    lend(up, 1, 0, 5 * MSS);
    down.reset();
    assertEquals(0, server.bytesHeld());
    release();
    assertNull(down.read(Integer.MAX_VALUE, nowNs));
    settle();
    assertEquals(0, server.bytesHeld());
  }

  @Test
  void whatAPeerSentBeforeItsReset_isReadAfterTheRelease() {
    lend(up, 1, 0, 5 * MSS);
    release();
    up.reset();
    settle();
    read(down, 1, 0, 5 * MSS);
    assertNull(down.read(Integer.MAX_VALUE, nowNs));
    assertEquals(0, server.bytesHeld());
  }

  /** What a stack is called for. */
  private enum Call {
    PACKET,
    LENT_PACKET,
    RELEASE,
    TICK,
    POLL,
    POLL_LOOPED,
    READ
  }

  private void call(Call call) {
    byte[] room = new byte[MTU];
    switch (call) {
      case PACKET -> server.onPacket(room, 0, 20, nowNs);
      case LENT_PACKET -> server.onLentPacket(room, 0, 20, nowNs);
      case RELEASE -> server.releasePackets();
      case TICK -> server.onTick(nowNs);
      case POLL -> server.pollPacket(room, 0, nowNs);
      case POLL_LOOPED -> server.pollLooped(room, 0, nowNs);
      case READ -> down.read(1, nowNs);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReaderThatKeepsWhatItWasShown_findsItSpoilt(Call call) {
    lend(up, 1, 0, 3 * MSS);
    byte[] whole = batch.clone();
    keepOver(call);
    assertTrue(Arrays.equals(whole, batch), "the packet is its owner's");
    release();
    keepOver(call);
  }

  private void keepOver(Call call) {
    Slice slice = down.read(200, nowNs);
    byte[] kept = slice.bytes();
    int from = slice.offset();
    call(call);
    for (int i = 0; i < 200; i++) {
      assertEquals(SPOILT, kept[from + i], "octet " + i);
    }
  }

  /** As an echo does: the chunk that is read must not be the one that is written. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWrite_mayTakeWhatIsShown(boolean lent) {
    byte[] echoed = new byte[30 * MSS];
    int echoedBytes = 0;
    for (int round = 0; round < 10; round++) {
      lend(up, 1, round * 3 * MSS, 3 * MSS);
      if (!lent) {
        release();
      }
      for (Slice s; (s = down.read(700, nowNs)) != null; ) {
        assertEquals(s.length(), down.write(s.bytes(), s.offset(), s.length(), nowNs));
      }
      release();
      carry(server, client);
      for (Slice s; (s = up.read(Integer.MAX_VALUE, nowNs)) != null; echoedBytes += s.length()) {
        System.arraycopy(s.bytes(), s.offset(), echoed, echoedBytes, s.length());
      }
      nowNs += 1_000_000;
    }
    assertEquals(echoed.length, echoedBytes);
    assertEquals(-1, TestBytes.mismatch(1, 0, echoed, 0, echoed.length));
  }

  /** Read, so that memory was taken; what is used again is not made again. */
  @Test
  void chunksThatAreFree_areUsedAgain() {
    for (int round = 0; round < 20; round++) {
      lend(up, 1, round * 10 * MSS, 10 * MSS);
      release();
      read(down, 1, round * 10 * MSS, 10 * MSS);
      server.onTick(nowNs);
      carry(server, client);
      assertEquals(0, server.bytesHeld());
      assertTrue(server.budget().idle() >= 10 * MSS, "kept for the next round");
      assertTrue(server.budget().idle() <= 24 * 1_024, server.budget().idle() + " bytes idle");
      nowNs += 1_000_000;
    }
  }
}
