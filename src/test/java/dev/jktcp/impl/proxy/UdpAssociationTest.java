package dev.jktcp.impl.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.impl.DatagramRoom;
import dev.jktcp.testkit.HandSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An association without sockets: the test plays both. */
class UdpAssociationTest {
  private static final byte[] HEADER = {0, 0, 0, 1, 10, 0, 0, 2, 0, 53}; // RFC 1928 §7
  private static final SocketAddress TARGET = SocketAddress.inetSocketAddress(53, "10.0.0.2");

  private final DatagramRoom.Total total = new DatagramRoom.Total(150);
  private final HandSocket kernel = new HandSocket();
  private final HandSocket stack = new HandSocket();
  private final UdpAssociation association = opened(kernel, stack, 0);

  private UdpAssociation opened(HandSocket kernel, HandSocket stack, int port) {
    UdpAssociation made =
        new UdpAssociation(
            () -> kernel,
            Future.succeededFuture(stack),
            "127.0.0.1",
            port,
            target -> true,
            () -> new DatagramRoom(total, 3, 100));
    made.open("127.0.0.1");
    return made;
  }

  private static SocketAddress client(int port) {
    return SocketAddress.inetSocketAddress(port, "127.0.0.1");
  }

  private static Buffer headed(int length) {
    return Buffer.buffer(HEADER).appendBytes(new byte[length - HEADER.length]);
  }

  @Test
  void bytesThatWait_areBounded_ofOneClientAndOfAll_bothWays() {
    stack.sending = Promise.promise();
    kernel.sending = Promise.promise();
    kernel.comes(client(1), headed(60));
    kernel.comes(client(1), headed(41)); // 101 of one client
    assertEquals(1, stack.sent.size());
    kernel.comes(client(1), headed(40));
    assertEquals(2, stack.sent.size());
    stack.comes(TARGET, Buffer.buffer(new byte[51])); // 151 of all
    assertEquals(0, kernel.sent.size());
    stack.comes(TARGET, Buffer.buffer(new byte[50]));
    assertEquals(1, kernel.sent.size());
    assertEquals(150, total.held());
    HandSocket other = new HandSocket();
    opened(other, new HandSocket(), 0);
    other.comes(client(2), headed(11)); // what others hold counts
    stack.sending.complete();
    kernel.sending.complete();
    assertEquals(0, total.held());
    association.close();
    assertEquals(List.of(1, 1), List.of(kernel.closes, stack.closes));
  }

  @Test
  void datagramsThatWait_areBoundedInNumber() {
    stack.sending = Promise.promise();
    for (int i = 0; i < 6; i++) {
      kernel.comes(client(1), headed(10));
    }
    assertEquals(3, stack.sent.size());
  }

  /** RFC 1928 §6: another program of the client's host would take the association otherwise. */
  @Test
  void portThatTheClientNamed_isTheOnlyOneHeard() {
    HandSocket named = new HandSocket();
    HandSocket beyond = new HandSocket();
    opened(named, beyond, 7);
    named.comes(client(6), headed(10));
    assertEquals(0, beyond.sent.size());
    named.comes(client(7), headed(10));
    assertEquals(1, beyond.sent.size());
  }

  /** What makes no sense must not decide who the client is. */
  @Test
  void datagramWithoutHeader_doesNotTakeTheAssociation() {
    kernel.comes(client(6), Buffer.buffer("no header"));
    kernel.comes(client(7), headed(10));
    assertEquals(1, stack.sent.size());
  }

  /** A target that sends first has nobody to send to. */
  @Test
  void datagramBeforeTheClientsFirst_isDropped() {
    stack.comes(TARGET, Buffer.buffer("early"));
    assertEquals(List.of(), kernel.sent);
    assertEquals(0, total.held());
  }
}
