package dev.jktcp.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Needs;
import dev.jktcp.wire.Checksum;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpSegment;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tshark makes of our captures. */
@Timeout(300)
class PcapIT {
  private static final String ANYTHING_WRONG =
      "_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0 or _ws.expert.severity"
          + " >= 0x600000";

  @TempDir Path dir;
  private Vertx vertx;
  private Context context;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }

  private <T> Future<T> onContext(Callable<Future<T>> step) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            step.call().onComplete(promise);
          } catch (Exception e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }

  private static byte[] segment(boolean v6, int payload, int seq) {
    IpAddress src = IpAddress.parse(v6 ? "fd00::1" : "10.7.0.1");
    IpAddress dst = IpAddress.parse(v6 ? "fd00::2" : "10.7.0.2");
    int header = PacketWriter.headerLength(v6, 0);
    byte[] packet = new byte[header + payload];
    OutSegment segment =
        new OutSegment()
            .begin(src, 50_000, dst, 50_001)
            .ip(64, 0)
            .tcp(TcpSegment.ACK | TcpSegment.PSH, seq, 1)
            .window(1000)
            .payload(PcapIT::fill, payload);
    PacketWriter.tcp(packet, 0, segment);
    return packet;
  }

  private static long fill(int seq, int length, byte[] to, int offset) {
    for (int i = offset; i < offset + length; i++) to[i] = (byte) (i * 31);
    return Checksum.add(0, to, offset, length);
  }

  private static List<String> tshark(Path file, String... more) throws Exception {
    Needs.program("tshark");
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString()));
    command.addAll(List.of("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"));
    command.addAll(List.of(more));
    Path errors = Files.createTempFile(file.getParent(), "tshark", ".err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), () -> read(errors));
    return out.lines().toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void tshark_findsNothingWrong_andTheTimesWeGave() throws Exception {
    Path path = dir.resolve("ok.pcap");
    Files.write(path, new byte[9999]); // Is overwritten.
    Instant before = Instant.now();
    long[] firstNs = new long[1];
    PcapFile file = await(onContext(() -> PcapFile.create(vertx, path.toString())));
    await(
        onContext(
            () -> {
              firstNs[0] = System.nanoTime();
              int[] seq = {1, 1}; // Of the IPv4 and of the IPv6 connection.
              for (int i = 0; i < 2000; i++) {
                int payload = 1 + i % 1400;
                byte[] packet = segment(i % 2 == 1, payload, seq[i % 2]);
                seq[i % 2] += payload;
                file.packet(packet, 0, packet.length, firstNs[0] + i * 1_234_567L);
              }
              return file.end();
            }));
    assertEquals(2000, file.captured());
    assertEquals(0, file.dropped());

    List<String> wrong = tshark(path, "-Y", ANYTHING_WRONG);
    assertEquals(0, wrong.size(), () -> wrong.get(0));
    List<String> good = tshark(path, "-Y", "tcp.checksum.status == 1", "-T", "fields", "-e", "ip");
    assertEquals(2000, good.size());
    List<String> times = tshark(path, "-T", "fields", "-e", "frame.time_epoch");
    long first = micros(times.get(0));
    assertTrue(first >= before.toEpochMilli() * 1000 - 1_000_000, times.get(0));
    assertTrue(first <= Instant.now().toEpochMilli() * 1000 + 1_000_000, times.get(0));
    for (int i = 0; i < 2000; i++) {
      long expected = first + i * 1_234_567L / 1000;
      assertTrue(Math.abs(micros(times.get(i)) - expected) <= 1, i + ": " + times.get(i));
    }
  }

  /** So that the test above means something. */
  @Test
  void tshark_seesABrokenChecksum() throws Exception {
    Path path = dir.resolve("bad.pcap");
    PcapFile file = await(onContext(() -> PcapFile.create(vertx, path.toString())));
    await(
        onContext(
            () -> {
              byte[] packet = segment(false, 100, 1);
              packet[packet.length - 1] ^= 1;
              file.packet(packet, 0, packet.length, System.nanoTime());
              return file.end();
            }));
    assertEquals(1, tshark(path, "-Y", ANYTHING_WRONG).size());
  }

  @Test
  void fileThatCannotBeWritten_isNamedInOneLine() {
    String path = dir.resolve("missing/x.pcap").toString();
    ExecutionException e =
        assertThrows(
            ExecutionException.class, () -> await(onContext(() -> PcapFile.create(vertx, path))));
    String message = e.getCause().getMessage();
    assertEquals("cannot capture to " + path + ": no such directory", message);
    assertFalse(message.contains("\n"));
  }

  private static long micros(String epoch) {
    return new BigDecimal(epoch).movePointRight(6).longValue();
  }
}
