package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.HandlePair;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP sockets and pings of handles, with the manners of an adapter's own. */
class HandleUdpTest extends UdpSocketContract {
  private HandlePair handles;

  @Override
  void join() throws Exception {
    handles = HandlePair.create(vertx);
  }

  @Override
  DatagramSocket left() {
    return handles.left().udp();
  }

  @Override
  DatagramSocket right() {
    return handles.right().udp();
  }

  private DatagramSocket echo(int port) throws Exception {
    DatagramSocket server = handles.right().udp();
    server.handler(
        packet -> server.send(packet.data(), packet.sender().port(), packet.sender().host()));
    return Await.result(server.listen(port, "0.0.0.0"));
  }

  /** Also an empty one, and the largest: two bytes say how long text and port are. */
  @Test
  void datagramsOfAllSizes_keepTheirBorders() throws Exception {
    echo(53);
    DatagramSocket client = handles.left().udp();
    for (int size : new int[] {0, 1, 255, 1372}) {
      Future<DatagramPacket> answer = next(client);
      Await.result(client.send(Buffer.buffer(new byte[size]), 53, "10.0.0.2"));
      assertEquals(size, Await.result(answer).data().length());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EVENT_LOOP", "WORKER"})
  void handlersRunOnTheContextThatAsked(ThreadingModel model) throws Exception {
    echo(53);
    VertxInternal internal = (VertxInternal) vertx;
    Context context =
        model == ThreadingModel.WORKER
            ? internal.createWorkerContext()
            : internal.createEventLoopContext();
    Promise<Context> heardOn = Promise.promise();
    Promise<Void> sent = Promise.promise();
    context.runOnContext(
        v -> {
          DatagramSocket client = handles.left().udp();
          client.handler(packet -> heardOn.complete(vertx.getOrCreateContext()));
          client.send("x", 53, "10.0.0.2").onComplete(sent);
        });
    Await.result(sent.future());
    assertSame(context, Await.result(heardOn.future()));
  }

  /** The handle's buffer takes some, the port's own some more; the rest is dropped and counted. */
  @Test
  void readerThatSleeps_bindsNoMoreThanItsBuffers_andGoesOnLater() throws Exception {
    DatagramSocket server = Await.result(handles.right().udp().listen(53, "0.0.0.0"));
    DatagramSocket client = handles.left().udp();
    int sent = 0;
    while (dropped() == 0) {
      Await.result(client.send(Buffer.buffer(new byte[1300]).setInt(0, sent++), 53, "10.0.0.2"));
      if (sent % 16 == 0) Await.result(handles.left().ping("10.0.0.2")); // all have arrived
    }
    int most = 2 * (256 * 1024 + 65_536) / 1300 + 16;
    assertTrue(sent <= most, sent + " datagrams were taken");
    List<Integer> read = new CopyOnWriteArrayList<>();
    server.handler(packet -> read.add(packet.data().getInt(0)));
    int expected = sent;
    Await.until(vertx, () -> dropped0().map(gone -> read.size() + gone == expected));
    for (int i = 1; i < read.size(); i++) assertTrue(read.get(i - 1) < read.get(i));
  }

  private long dropped() throws Exception {
    return Await.result(dropped0());
  }

  private Future<Long> dropped0() {
    return handles.right().stats().map(stats -> stats.counters().get("datagramsDropped"));
  }

  @Test
  void moreThanTheSendBuffer_failsInOneLine_andNothingIsLost() throws Exception {
    String name = handles.left().name();
    AdapterHandle small =
        Await.result(
            AdapterHandle.of(vertx, name, new HandleOptions().setUdpSendBuffer(3 * 1024 + 3)));
    Promise<Void> told = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(
            v -> {
              DatagramSocket client = small.udp();
              List<Future<?>> fit = new ArrayList<>();
              for (int i = 0; i < 3; i++) fit.add(client.send("x", 53, "10.0.0.2"));
              Future<Void> tooMuch = client.send("x", 53, "10.0.0.2");
              Future.all(fit)
                  .compose(sent -> tooMuch.otherwise(why -> null))
                  .compose(sent -> client.send("x", 53, "10.0.0.2")) // there is room again
                  .onSuccess(
                      sent -> {
                        if (tooMuch.failed()) told.tryFail(tooMuch.cause());
                      })
                  .onComplete(told);
            });
    Throwable why = Await.failure(told.future());
    assertInstanceOf(TcpException.class, why);
    assertEquals(
        "too many datagrams wait for adapter '"
            + name
            + "': send fewer at once, or raise udpSendBuffer of HandleOptions",
        why.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2000|53|10.0.0.2|a datagram of 2000 bytes to 10.0.0.2: at most 1372 fit into the path's"
            + " MTU, and none is sent in fragments",
        "1|0|10.0.0.2|port 0: must be 1 to 65535",
        "1|53|example.org|host: 'example.org' is a name, and this adapter resolves none: set"
            + " dnsServers or hosts, or give an IP address"
      })
  void badDatagram_failsAsTheAdaptersDoes(int length, int port, String host, String why)
      throws Exception {
    DatagramSocket client = handles.left().udp();
    Throwable failure = Await.failure(client.send(Buffer.buffer(new byte[length]), port, host));
    assertEquals(why, failure.getMessage());
    Throwable own =
        Await.failure(
            handles.adapters().left().udp().send(Buffer.buffer(new byte[length]), port, host));
    assertEquals(own.getMessage(), failure.getMessage());
    assertEquals(own.getClass(), failure.getClass());
  }

  @Test
  void handleThatIsClosed_tellsItsSockets_andFreesTheirPorts() throws Exception {
    Promise<Throwable> told = Promise.promise();
    DatagramSocket server = handles.right().udp().exceptionHandler(told::tryComplete);
    Await.result(server.listen(53, "0.0.0.0"));
    Await.result(handles.right().close());
    assertEquals(
        "connection aborted: its handle was closed", Await.result(told.future()).getMessage());
    assertEquals(
        "the socket is closed", Await.failure(server.send("x", 53, "10.0.0.1")).getMessage());
    Await.result(handles.adapters().right().udp().listen(53, "0.0.0.0"));
  }

  @Test
  void adapterThatEnds_tellsTheSockets() throws Exception {
    Promise<Throwable> told = Promise.promise();
    DatagramSocket server = handles.right().udp().exceptionHandler(told::tryComplete);
    Await.result(server.listen(53, "0.0.0.0"));
    Promise<Throwable> over = Promise.promise();
    EndOf.handle(handles.right(), over::complete);
    Await.result(handles.adapters().right().close());
    TcpException why = (TcpException) Await.result(told.future());
    assertEquals(CloseReason.ADAPTER_CLOSED, why.reason());
    Await.result(over.future());
    assertEquals(
        CloseReason.ADAPTER_CLOSED,
        ((TcpException) Await.failure(handles.right().ping("10.0.0.1"))).reason());
  }

  @Test
  void shutdown_waitsForWhatWasSent() throws Exception {
    DatagramSocket server = handles.adapters().right().udp();
    List<String> heard = new CopyOnWriteArrayList<>();
    server.handler(packet -> heard.add(packet.data().toString()));
    Await.result(server.listen(53, "0.0.0.0"));
    AdapterHandle left = Await.result(handles.adapters().left().toHandle());
    DatagramSocket client = left.udp();
    Await.result(client.send("0", 53, "10.0.0.2"));
    List<Future<Void>> sent = new ArrayList<>();
    for (int i = 1; i < 50; i++) sent.add(client.send(String.valueOf(i), 53, "10.0.0.2"));
    Await.result(left.shutdown(Duration.ofSeconds(20)));
    Await.result(Future.all(sent));
    Await.result(handles.adapters().left().ping("10.0.0.2"));
    Await.until(vertx, () -> Future.succeededFuture(heard.size() == 50));
  }

  @Test
  void verticleThatIsUndeployed_takesItsPortsAlong() throws Exception {
    Promise<Void> listening = Promise.promise();
    String id =
        Await.result(
            vertx.deployVerticle(
                new io.vertx.core.AbstractVerticle() {
                  @Override
                  public void start(Promise<Void> started) {
                    handles
                        .right()
                        .udp()
                        .listen(53, "0.0.0.0")
                        .<Void>mapEmpty()
                        .onComplete(started);
                    started.future().onComplete(listening);
                  }
                }));
    Await.result(listening.future());
    Await.result(vertx.undeploy(id));
    DatagramSocket next = handles.adapters().right().udp();
    Await.result(next.listen(53, "0.0.0.0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2", "fd00::2"})
  void ping_answersWithTheRoundTrip(String host) throws Exception {
    Duration trip = Await.result(handles.left().ping(host));
    assertTrue(trip.toNanos() > 0 && trip.compareTo(Duration.ofSeconds(30)) < 0, trip.toString());
  }

  @Test
  void pingThatNobodyAnswers_failsAsTheAdaptersDoes() throws Exception {
    Throwable failure = Await.failure(handles.left().ping("10.0.0.9", Duration.ofMillis(50)));
    assertEquals("connection timed out: no echo from 10.0.0.9", failure.getMessage());
    assertEquals(CloseReason.TIMED_OUT, ((TcpException) failure).reason());
    assertEquals(
        "host: 'x.y' is a name, and this adapter resolves none: set dnsServers or hosts, or"
            + " give an IP address",
        Await.failure(handles.left().ping("x.y")).getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> handles.left().ping("10.0.0.2", Duration.ZERO));
  }
}
