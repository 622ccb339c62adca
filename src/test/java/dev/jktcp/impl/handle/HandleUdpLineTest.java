package dev.jktcp.impl.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.HandleOptions;
import dev.jktcp.TcpException;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.frame.CarriedDatagram;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.Said;
import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A UDP port as a handle talks of it, frame by frame, with an adapter that tests the limits. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HandleUdpLineTest {
  private static final int READ_BUFFER = 1_000;
  private static final SocketAddress SENDER = SocketAddress.inetSocketAddress(53, "10.0.0.2");

  private final List<String> heard = new ArrayList<>(); // lab context
  private Lab lab;
  private ScriptedAdapter adapter;
  private DatagramSocket socket;
  private long id;
  private long sent; // bytes the adapter has said

  @BeforeEach
  void bind(Vertx vertx) throws Exception {
    lab = new Lab(vertx);
    adapter = new ScriptedAdapter(lab, vertx);
    adapter.listen();
    AdapterHandle handle = adapter.handle(new HandleOptions().setReadBuffer(READ_BUFFER));
    socket = lab.call(handle::udp);
    lab.run(() -> socket.exceptionHandler(cause -> heard.add(cause.getMessage())));
    Future<DatagramSocket> bound = lab.call(() -> socket.listen(0, "0.0.0.0"));
    lab.settle();
    Frame asked = adapter.heardOne();
    assertEquals(new Detail.Bind(null, 0), asked.detail());
    assertEquals(READ_BUFFER, asked.granted());
    id = asked.id();
    SocketAddress local = SocketAddress.inetSocketAddress(50_000, "0.0.0.0");
    adapter.end.say(adapter.of(id).flags(Frame.OPENED).detail(new Detail.Listening(local)));
    assertEquals(50_000, lab.result(bound).localAddress().port());
    adapter.heard();
  }

  private void read() throws Exception {
    lab.run(() -> socket.handler(packet -> heard.add(packet.data().toString())));
  }

  private Said datagram(String text) {
    Buffer payload = CarriedDatagram.of(SENDER, Buffer.buffer(text)).write();
    Said said = adapter.of(id).flags(Frame.OPENED).payload(sent, payload);
    sent += payload.length();
    return said;
  }

  private long granted() throws Exception {
    lab.settle();
    List<Frame> frames = adapter.heard();
    return frames.isEmpty() ? -1 : frames.get(frames.size() - 1).granted();
  }

  @Test
  void whatIsNotRead_isNotGrantedAgain() throws Exception {
    for (int i = 0; i < 3; i++) adapter.end.say(datagram("x".repeat(300)));
    lab.settle();
    assertEquals(List.of(), heard);
    assertTrue(granted() <= READ_BUFFER); // an answer at most
    read();
    lab.settle();
    assertEquals(3, heard.size());
    assertEquals(sent + READ_BUFFER, granted());
  }

  /** Offsets tell that a datagram is missing; those behind it are delivered all the same. */
  @Test
  void whatTheBusLost_isPassedOver_andGrantedAgain() throws Exception {
    read();
    adapter.end.say(datagram("one"));
    datagram("lost" + "x".repeat(600));
    adapter.end.say(datagram("three"));
    lab.settle();
    assertEquals(List.of("one", "three"), heard);
    assertEquals(sent + READ_BUFFER, granted());
  }

  @Test
  void whatCameLateOrTwice_isDropped() throws Exception {
    read();
    Said late = datagram("one");
    Said two = datagram("two");
    adapter.end.say(two);
    adapter.end.say(late);
    adapter.end.say(two);
    lab.settle();
    assertEquals(List.of("two"), heard);
  }

  @Test
  void payloadThatIsNoDatagram_isDropped() throws Exception {
    read();
    for (String bytes : List.of("", "abc", "\u0000\u0035\u0000\u00ff")) {
      Buffer payload = Buffer.buffer(bytes, "ISO-8859-1");
      adapter.end.say(adapter.of(id).flags(Frame.OPENED).payload(sent, payload));
      sent += payload.length();
    }
    adapter.end.say(datagram("good"));
    lab.settle();
    assertEquals(List.of("good"), heard);
  }

  @Test
  void troubleIsTold_alsoWithoutAReader() throws Exception {
    Buffer payload = CarriedDatagram.of("destination unreachable: x").write();
    adapter.end.say(adapter.of(id).flags(Frame.OPENED).payload(0, payload));
    lab.settle();
    assertEquals(List.of("destination unreachable: x"), heard);
  }

  @Test
  void close_isSaid_andCompletesWhenItIsHeard() throws Exception {
    Future<Void> closed = lab.call(socket::close);
    lab.settle();
    List<Frame> frames = adapter.heard();
    assertTrue(frames.get(frames.size() - 1).has(Frame.CLOSE));
    assertFalse(closed.isComplete());
    adapter.end.say(adapter.of(id).flags(Frame.OPENED | Frame.DONE));
    lab.settle();
    assertTrue(closed.succeeded());
    assertEquals(List.of(), heard); // the user asked for it
  }

  /** An adapter on another node says so if the port's lease ran out there. */
  @Test
  void adapterThatForgotThePort_isAnEnd() throws Exception {
    adapter.end.say(Said.of(id, 0).flags(Frame.GONE | Frame.ANSWER));
    lab.settle();
    assertEquals(1, heard.size());
    assertTrue(heard.get(0).endsWith("the adapter does not know the UDP port any more"));
    Throwable why = lab.failure(lab.call(() -> socket.send("x", 53, "10.0.0.2")));
    assertInstanceOf(IllegalStateException.class, why);
  }

  @Test
  void sendThatIsNotAnswered_failsInTime() throws Exception {
    Future<Void> sending = lab.call(() -> socket.send("x", 53, "10.0.0.2"));
    lab.advanceMs(HandleOptions.DEFAULT_REQUEST_TIMEOUT.toMillis() - 1);
    assertFalse(sending.isComplete());
    lab.advanceMs(1);
    TcpException why = (TcpException) lab.failure(sending);
    assertEquals(CloseReason.BUS_LOST, why.reason());
  }
}
