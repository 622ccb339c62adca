package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.TcpSegment;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@link Adapter#pcap}, before and during use. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class CaptureTest {
  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;

  @TempDir Path dir;
  private Vertx vertx;
  private AdapterPair pair;

  @BeforeEach
  void joinAdapters(Vertx vertx) {
    this.vertx = vertx;
    pair = AdapterPair.create(vertx);
  }

  /** Flags of every packet in the file, as packetdrill would write them. */
  private List<String> flags(Path file) throws Exception {
    Buffer bytes = Await.result(vertx.fileSystem().readFile(file.toString()));
    List<String> flags = new ArrayList<>();
    IpPacket ip = new IpPacket();
    TcpSegment segment = new TcpSegment();
    for (int at = FILE_HEADER; at < bytes.length(); ) {
      int length = bytes.getIntLE(at + 8);
      ip.parse(bytes.getBytes(at + RECORD_HEADER, at + RECORD_HEADER + length), 0, length);
      segment.parse(ip, true);
      flags.add(
          (segment.syn() ? "S" : "")
              + (segment.fin() ? "F" : "")
              + (segment.rst() ? "R" : "")
              + (segment.hasAck() ? "." : ""));
      at += RECORD_HEADER + length;
    }
    return flags;
  }

  /** On a busy machine a SYN may go twice. */
  private static void assertHandshake(List<String> flags) {
    assertEquals(List.of("S", "S.", "."), flags.stream().distinct().limit(3).toList());
  }

  @Test
  void captureFromTheStart_hasTheHandshake() throws Exception {
    Path file = dir.resolve("start.pcap");
    Promise<AdapterPair> made = Promise.promise();
    vertx.runOnContext(
        v -> {
          AdapterPair fresh = AdapterPair.create(vertx);
          fresh.left().pcap(file.toString()); // on its context, so that nothing can come before
          made.complete(fresh);
        });
    pair = Await.result(made.future());
    TcpStreamContract.Pair streams = pair.connect("10.0.0.2", 80);
    Await.result(streams.client().write(Buffer.buffer("hello")));
    Await.result(streams.client().end());
    Await.result(pair.left().stopPcap());
    List<String> flags = flags(file);
    assertHandshake(flags);
    assertTrue(flags.contains("F."), () -> "no FIN in " + flags);
  }

  @Test
  void captureDuringUse_begins_ends_andBeginsAgain() throws Exception {
    TcpStreamContract.Pair streams = pair.connect("fd00::2", 80);
    Path first = dir.resolve("first.pcap");
    Path second = dir.resolve("second.pcap");
    Await.result(pair.left().pcap(first.toString()));
    assertEquals(
        "a capture is under way: stop it first",
        Await.failure(pair.left().pcap(second.toString())).getMessage());
    Await.result(streams.client().write(Buffer.buffer("captured")));
    Recorder atServer = Recorder.of(streams.server());
    Await.result(atServer.received(8));
    Await.result(pair.left().stopPcap());
    Await.result(pair.left().stopPcap());
    assertTrue(flags(first).size() >= 1);
    assertTrue(flags(first).stream().noneMatch(flags -> flags.contains("S")));

    Await.result(pair.left().pcap(second.toString()));
    Await.result(streams.client().reset());
    Await.result(pair.left().close());
    assertTrue(flags(second).contains("R."), "the end of the adapter ends the capture");
  }

  /** Each packet once, and none of them on the transport. */
  @Test
  void packetsFromTheAdapterToItself_areThere_andNeverLeave() throws Exception {
    Path file = dir.resolve("self.pcap");
    Await.result(pair.left().pcap(file.toString()));
    Await.result(
        pair.left()
            .listen(80, stream -> stream.handler(stream::write).endHandler(end -> stream.end())));
    TcpStream client = Await.result(pair.left().connect("10.0.0.1", 80));
    assertEquals("10.0.0.1", client.localAddress().host());
    Recorder heard = Recorder.of(client);
    Buffer sent = Buffer.buffer(new byte[1_000_000]);
    Await.result(client.write(sent));
    Await.result(heard.received(sent.length()));
    Await.result(client.end());
    Await.result(heard.ended());
    Await.result(pair.left().stopPcap());
    List<String> flags = flags(file);
    assertHandshake(flags);
    assertTrue(flags.size() > 2 * 1_000_000 / 65_535, flags.size() + " packets");
    Map<String, Long> counters = Await.result(pair.left().stats()).counters();
    assertEquals((long) flags.size(), counters.get("packetsLooped"));
    assertEquals(0, counters.get("packetsSent"));
    assertEquals(0, counters.get("packetsReceived"));
  }

  @Test
  void connectToAClosedPortOfOurOwn_isRefusedAtOnce() throws Exception {
    String refused = Await.failure(pair.left().connect("fd00::1", 81)).getMessage();
    assertEquals("connection refused by [fd00::1]:81", refused);
    assertEquals(
        "cannot connect 10.0.0.1:81 to itself: choose another local port",
        Await.failure(
                pair.left()
                    .connect(
                        new TcpConnectOptions().setHost("10.0.0.1").setPort(81).setLocalPort(81)))
            .getMessage());
  }

  @Test
  void fileThatCannotBeWritten_isOneLine() throws Exception {
    Path file = dir.resolve("missing").resolve("x.pcap");
    assertEquals(
        "cannot capture to " + file + ": no such directory",
        Await.failure(pair.left().pcap(file.toString())).getMessage());
    Path good = dir.resolve("good.pcap");
    Await.result(pair.left().pcap(good.toString()));
    Await.result(pair.left().close());
    assertEquals("adapter closed", Await.failure(pair.left().pcap(good.toString())).getMessage());
  }
}
