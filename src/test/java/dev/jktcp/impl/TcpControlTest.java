package dev.jktcp.impl;

import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpControl;
import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.FakeTcpStream;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tuning, soft errors and urgent data, as users of an adapter have them. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class TcpControlTest {
  private static final int PORT = 80;

  private Lab lab;
  private WireTap wire; // the left one's
  private AdapterImpl left;
  private AdapterImpl right;
  private TcpStream client;
  private TcpStream server;

  @BeforeEach
  void join(Vertx vertx) {
    lab = new Lab(vertx);
    PipeTransport.Pair pipe = PipeTransport.pair();
    wire = new WireTap(lab, pipe.left());
    left =
        lab.adapter(
            wire,
            new AdapterOptions()
                .setLocalAddresses(AdapterPair.LEFT)
                .addPeerAddress(AdapterPair.RIGHT.get(0)));
    right = lab.adapter(pipe.right(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
  }

  private void connect(TcpTuning clients, TcpTuning servers) throws Exception {
    List<TcpStream> accepted = new ArrayList<>();
    lab.result(
        right.listen(new TcpListenOptions().setPort(PORT).setTuning(servers), accepted::add));
    client = lab.result(left.connect(new TcpConnectOptions().setPort(PORT).setTuning(clients)));
    lab.settle();
    server = accepted.get(0);
  }

  /** A router's error about the last packet that the left adapter sent. */
  private void icmp(SoftError error) throws Exception {
    lab.run(
        () -> {
          byte[] packet = wire.packets().get(wire.packets().size() - 1);
          TestPacket last = TestPacket.decode(packet, 0, packet.length);
          wire.arrive(IcmpErrors.about(last, error.name()));
        });
  }

  @Test
  @Rfc({"9293 MUST-47", "9293 SHLD-20"})
  void softErrors_areToldToAHandler_untilItIsTakenAway() throws Exception {
    connect(null, null);
    List<SoftError> heard = new ArrayList<>();
    TcpControl.of(client).softErrorHandler(heard::add);
    lab.run(() -> wire.cut(true));
    client.write(Buffer.buffer("lost"));
    lab.settle();
    icmp(SoftError.HOST_UNREACHABLE);
    lab.settle();
    assertEquals(List.of(SoftError.HOST_UNREACHABLE), heard);
    TcpControl.of(client).softErrorHandler(null);
    icmp(SoftError.NET_UNREACHABLE);
    lab.settle();
    assertEquals(1, heard.size());
    assertNull(client.closeReason());
  }

  @Test
  void unansweredConnect_saysWhatWasHeard() throws Exception {
    lab.run(() -> wire.cut(true));
    Future<TcpStream> refused = left.connect(PORT);
    lab.settle();
    icmp(SoftError.PORT_UNREACHABLE);
    TcpException failure = (TcpException) lab.failure(refused);
    assertEquals(CloseReason.UNREACHABLE, failure.reason());
    assertEquals("destination unreachable: 10.0.0.2:80 (port unreachable)", failure.getMessage());

    TcpTuning impatient = TcpTuning.DEFAULT.with(t -> t.connectTimeout(Duration.ofNanos(SECOND)));
    Future<TcpStream> unanswered =
        left.connect(new TcpConnectOptions().setPort(PORT).setTuning(impatient));
    lab.settle();
    icmp(SoftError.HOST_UNREACHABLE);
    lab.advanceMs(999);
    assertEquals(false, unanswered.isComplete());
    lab.advanceMs(2);
    assertEquals(
        "connection timed out: no answer from 10.0.0.2:80 (host unreachable)",
        lab.failure(unanswered).getMessage());
  }

  @Test
  @Rfc({"9293 MUST-24", "9293 MUST-25", "9293 MUST-17", "9293 MUST-48"})
  void tuning_isGivenAtTheStart_andChangedLater() throws Exception {
    TcpTuning ttl = TcpTuning.DEFAULT.withTtl(7);
    connect(ttl, TcpTuning.DEFAULT.withTrafficClass(40));
    assertEquals(ttl, lab.result(TcpControl.of(client).tuning()));
    assertEquals(40, lab.result(TcpControl.of(server).tuning()).trafficClass());
    lab.advanceMs(8_000_000);
    lab.run(wire::forget);
    lab.result(TcpControl.of(client).tune(ttl.withKeepAlive(true).withTrafficClass(80)));
    lab.advanceMs(7_200_001);
    assertEquals(1, wire.packets().size());
    byte[] probe = wire.packets().get(0);
    TestPacket packet = TestPacket.decode(probe, 0, probe.length);
    assertEquals(0, packet.payload.length);
    assertEquals(7, packet.ttl);
    assertEquals(80, packet.trafficClass);
  }

  @Test
  @Rfc({"9293 MUST-30", "9293 MUST-32", "9293 MUST-33"})
  void urgentData_isAnnouncedAndDeliveredInLine() throws Exception {
    connect(null, null);
    StringBuilder heard = new StringBuilder();
    TcpControl control = TcpControl.of(server);
    server.pause();
    server.handler(data -> heard.append(data.toString()));
    lab.result(client.write(Buffer.buffer("plain")));
    lab.result(TcpControl.of(client).writeUrgent(Buffer.buffer("!")));
    // Whoever begins to listen late is told what is ahead.
    control.urgentHandler(ahead -> heard.append("[").append(ahead).append("]"));
    lab.settle();
    assertEquals(6, lab.result(control.urgentAhead()));
    server.resume();
    lab.settle();
    assertEquals("[6]plain!", heard.toString());
    assertEquals(0, lab.result(control.urgentAhead()));
    lab.result(TcpControl.of(client).writeUrgent(Buffer.buffer("?")));
    assertEquals("[6]plain![1]?", heard.toString());
  }

  @Test
  void anotherStream_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> TcpControl.of(new FakeTcpStream()));
  }
}
