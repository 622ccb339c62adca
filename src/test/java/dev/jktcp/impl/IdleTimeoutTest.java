package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStream;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.PipeTransport;
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

/** Streams that are closed when nothing moves, on either side. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class IdleTimeoutTest {
  private static final int PORT = 80;

  private Lab lab;
  private AdapterImpl left;
  private AdapterImpl right;

  @BeforeEach
  void join(Vertx vertx) {
    lab = new Lab(vertx);
    PipeTransport.Pair pipe = PipeTransport.pair();
    left =
        lab.adapter(
            pipe.left(),
            new AdapterOptions()
                .setLocalAddresses(AdapterPair.LEFT)
                .addPeerAddress(AdapterPair.RIGHT.get(0)));
    right = lab.adapter(pipe.right(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
  }

  private static TcpConnectOptions connect(int idleMs) {
    return new TcpConnectOptions().setPort(PORT).setIdleTimeout(Duration.ofMillis(idleMs));
  }

  private static TcpListenOptions listen(int idleMs) {
    return new TcpListenOptions().setPort(PORT).setIdleTimeout(Duration.ofMillis(idleMs));
  }

  @Test
  void silence_closesTheStream_andLeavesNoTimer() throws Exception {
    lab.result(right.listen(listen(0), stream -> stream.endHandler(v -> stream.end())));
    TcpStream client = lab.result(left.connect(connect(1_000)));
    Recorder atClient = Recorder.of(client);
    lab.advanceMs(999);
    assertNull(client.closeReason());
    lab.advanceMs(5);
    assertEquals(CloseReason.CLOSED, client.closeReason());
    assertEquals(List.of("end", "close"), atClient.events());
    lab.advanceMs(70_000); // TIME-WAIT is over
    assertEquals(0, lab.timers());
  }

  @Test
  void whatIsWritten_orArrives_isNoSilence() throws Exception {
    List<TcpStream> accepted = new ArrayList<>();
    lab.result(right.listen(listen(1_000), accepted::add));
    TcpStream client = lab.result(left.connect(connect(1_000)));
    lab.settle();
    TcpStream server = accepted.get(0);
    Recorder.of(client);
    Recorder.of(server);
    for (int i = 0; i < 3; i++) {
      lab.advanceMs(900);
      lab.result(client.write(Buffer.buffer("x")));
      lab.advanceMs(900);
      lab.result(server.write(Buffer.buffer("y")));
    }
    assertNull(client.closeReason());
    assertNull(server.closeReason());
    lab.advanceMs(1_300);
    assertEquals(CloseReason.CLOSED, client.closeReason());
    assertEquals(CloseReason.CLOSED, server.closeReason());
  }

  @Test
  void listenersStreams_andTheExclusiveOne_haveItToo() throws Exception {
    var waiting = AdapterStream.listen(right, listen(500));
    TcpStream client = lab.result(AdapterStream.connect(left, connect(0)));
    client.endHandler(v -> client.end());
    TcpStream server = lab.result(waiting);
    lab.advanceMs(510);
    assertEquals(CloseReason.CLOSED, server.closeReason());
  }

  @Test
  void negativeTime_isRefused() {
    String refusal = "idleTimeoutMs: -1 is not from 0 to 2147483647";
    assertEquals(
        refusal, assertThrows(IllegalArgumentException.class, () -> connect(-1)).getMessage());
    assertEquals(
        refusal, assertThrows(IllegalArgumentException.class, () -> listen(-1)).getMessage());
  }
}
