package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.StreamTransportOptions;
import dev.jktcp.wire.FramingLost;
import dev.jktcp.wire.PacketFramer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fault 8 of the seed: a call that was cancelled while it wrote could leave half a packet on the
 * wire, and a byte stream never finds its framing again. Here a flush is not the user's call, and
 * whatever the user does in the midst of one, whole packets leave.
 */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class FlushTest {
  private static final int PORT = 80;
  private static final Buffer MORE_THAN_BUFFERS = Buffer.buffer(new byte[2 << 20]);

  private Lab lab;
  private SlowWire there;
  private AdapterImpl left;
  private AdapterImpl right;
  private TcpStream client;
  private TcpStream server;

  @BeforeEach
  void connectOverByteStreams(Vertx vertx) throws Exception {
    lab = new Lab(vertx);
    there = new SlowWire(lab);
    SlowWire back = new SlowWire(lab);
    StreamTransportOptions options = new StreamTransportOptions().setClock(lab.clock);
    left = adapter(PacketTransport.of(back, there, options), AdapterPair.LEFT);
    right = adapter(PacketTransport.of(there, back, options), AdapterPair.RIGHT);
    List<TcpStream> accepted = new ArrayList<>();
    lab.result(right.listen(PORT, accepted::add));
    client = lab.result(left.connect(AdapterPair.RIGHT.get(1), PORT));
    lab.settle();
    server = accepted.get(0);
  }

  private AdapterImpl adapter(PacketTransport transport, List<String> addresses) {
    return lab.adapter(transport, new AdapterOptions().setLocalAddresses(addresses).setMtu(1400));
  }

  /** What the user does while packets wait in the middle of a flush. */
  private void inMidFlush(BiConsumer<AdapterImpl, TcpStream> action) throws Exception {
    lab.run(() -> there.stuck(true));
    client.write(MORE_THAN_BUFFERS);
    lab.settle();
    assertTrue(lab.call(there::waiting) > 0, "nothing is under way");
    lab.run(() -> action.accept(left, client));
    lab.settle();
    lab.run(() -> there.stuck(false));
    lab.advanceMs(1000);
    checkPackets();
  }

  private void checkPackets() throws Exception {
    assertTrue(wholePackets(lab.call(() -> there.passed().getBytes())) > 10);
  }

  private void checkAllArrives(Recorder atServer) throws Exception {
    int length = MORE_THAN_BUFFERS.length();
    lab.until(() -> atServer.bytes().length() == length);
    assertEquals(MORE_THAN_BUFFERS, atServer.bytes());
    checkPackets();
  }

  private static int wholePackets(byte[] stream) throws FramingLost {
    PacketFramer framer = new PacketFramer();
    framer.feed(stream, 0, stream.length);
    int packets = 0;
    while (framer.next()) packets++;
    assertFalse(framer.midPacket(), "the stream ends in half a packet");
    return packets;
  }

  @Test
  void fault08_resetInMidFlush_cutsNoPacket() throws Exception {
    Recorder atServer = Recorder.of(server);
    inMidFlush((adapter, stream) -> stream.reset());
    assertEquals(CloseReason.RESET, server.closeReason());
    assertTrue(atServer.bytes().length() > 0);
    lab.result(left.connect(AdapterPair.RIGHT.get(0), PORT));
  }

  @Test
  void fault08_closeInMidFlush_cutsNoPacket() throws Exception {
    Recorder atServer = Recorder.of(server);
    inMidFlush((adapter, stream) -> stream.close());
    checkAllArrives(atServer);
    lab.settle();
    assertEquals(List.of("data", "end"), atServer.events());
  }

  @Test
  void fault08_adapterClosedInMidFlush_cutsNoPacket() throws Exception {
    inMidFlush((adapter, stream) -> adapter.close());
    assertEquals(CloseReason.ADAPTER_CLOSED, client.closeReason());
  }

  @Test
  void fault08_connectionsOpenedInMidFlush_cutNoPacket() throws Exception {
    Recorder atServer = Recorder.of(server);
    inMidFlush(
        (adapter, stream) -> {
          for (int i = 0; i < 10; i++) adapter.connect(AdapterPair.RIGHT.get(0), PORT);
        });
    checkAllArrives(atServer);
    assertEquals(11, lab.result(left.stats()).connections());
  }

  @Test
  void fault08_handlerThatThrowsInMidFlush_cutsNoPacket() throws Exception {
    Recorder atServer = Recorder.of(server);
    lab.context.exceptionHandler(thrown -> {});
    client.handler(
        data -> {
          throw new IllegalStateException("thrown by a test");
        });
    server.write(Buffer.buffer("makes the client's handler throw"));
    inMidFlush((adapter, stream) -> {});
    checkAllArrives(atServer);
  }
}
