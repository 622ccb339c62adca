package dev.jktcp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.tcp.TcpProfile;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That a bench measures what it says; how fast the core is, is not asked here. */
class MeasurementTest {
  private static final Set<String> KEYS =
      Set.of(
          "bench",
          "mtu",
          "window",
          "idle",
          "flows",
          "ipv6",
          "timeWait",
          "portsTaken",
          "closes",
          "tls",
          "profile",
          "gbitPerSec",
          "gbitPerSecMedian",
          "perSec",
          "perSecMedian",
          "bytesPerConnection",
          "garbageBytes",
          "floorGbitPerSec",
          "ratio",
          "kept",
          "userMicrosPerMb",
          "systemMicrosPerMb",
          "kernelGbitPerSec",
          "kernelGbitPerSecMedian",
          "kernelPerSec",
          "kernelPerSecMedian",
          "ofKernel",
          "kernelWakeUps",
          "slices",
          "processMicros",
          "wakeUps",
          "jdk");

  private static Measurement measurement(Consumer<String> progress) {
    return new Measurement(new PlainForwarding(), progress);
  }

  private static BenchOptions options(Kind kind, boolean ipv6, int idle, int flows) {
    return new BenchOptions(
        kind, 1500, 65_536, TcpProfile.RELIABLE_LINK, ipv6, idle, flows, 100, 0, ipv6, false, 1);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "SOCKET",
        "FORWARD",
        "TUN_OUT",
        "TUN_IN",
        "HTTP_GET",
        "HTTP_GET_32",
        "HTTP_LARGE",
        "NET_RR",
        "LOOPS_HTTP_GET",
        "LOOPS_HTTP_GET_32",
        "LOOPS_HTTP_LARGE",
        "LOOPS_NET_RR"
      }) // BenchIT has them
  void eachKind_givesItsOwnFigureAndNoOther(Kind kind) {
    eachKind(kind);
  }

  static void eachKind(Kind kind) {
    int idle = kind == Kind.MEMORY ? 2_000 : 32; // few would weigh less than what a GC leaves
    for (boolean ipv6 : new boolean[] {false, true}) {
      JsonObject json =
          measurement(line -> {}).of(options(kind, ipv6, idle, 4), Effort.GLANCE).toJson();
      assertEquals(KEYS, json.fieldNames());
      assertEquals(kind.text(), json.getString("bench"));
      boolean bulk = kind.isBulk();
      boolean counted = !bulk && kind != Kind.MEMORY;
      boolean besideKernel = Kind.BESIDE_KERNEL.contains(kind);
      assertEquals(besideKernel, json.getDouble("ofKernel") > 0);
      assertEquals(besideKernel && bulk, json.getDouble("kernelGbitPerSec") > 0);
      assertEquals(besideKernel && counted, json.getDouble("kernelPerSec") > 0);
      assertEquals(bulk, json.getDouble("gbitPerSec") > 0);
      assertEquals(bulk && kind.hasSlices(), json.getDouble("ratio") > 0);
      assertEquals(counted, json.getDouble("perSec") > 0);
      assertEquals(kind == Kind.MEMORY, json.getDouble("bytesPerConnection") > 100);
    }
  }

  @Test
  void progress_isToldByKind() {
    List<String> lines = new ArrayList<>();
    measurement(lines::add).of(options(Kind.RR, false, 0, 1), Effort.GLANCE);
    assertEquals(List.of("rr: warming up", "rr: measuring"), lines);
  }

  @Test
  void connects_keepAsManyRecordsAsAskedFor() {
    Connects connects = new Connects(options(Kind.CONNECT, false, 0, 1));
    for (int i = 0; i < 20; i++) {
      connects.slice(); // a thousand connections: ten times the records that are to be kept
    }
    assertTrue(Math.abs(connects.timeWaits() - 100) <= 2, "records: " + connects.timeWaits());
  }

  @Test
  void connects_withoutTimeWait_leaveNoRecord() {
    Connects connects =
        new Connects(
            new BenchOptions(
                Kind.CONNECT,
                1500,
                65_536,
                TcpProfile.RELIABLE_LINK,
                false,
                0,
                1,
                0,
                0,
                false,
                false,
                1));
    for (int i = 0; i < 400; i++) {
      connects.slice(); // 20,000 connections: more than there are ports
    }
    assertTrue(connects.timeWaits() <= 1, "records: " + connects.timeWaits());
  }

  @Test
  void pattern_noticesBytesOfAnotherPlace() {
    byte[] bytes = Pattern.source().clone();
    Pattern.check(3L * Pattern.PERIOD, bytes, 0, bytes.length);
    assertThrows(IllegalStateException.class, () -> Pattern.check(1, bytes, 0, bytes.length));
    bytes[70] ^= 1;
    assertThrows(IllegalStateException.class, () -> Pattern.check(0, bytes, 0, bytes.length));
  }

  @Test
  void worker_answersEachOrderWithTheTimeOfEachSlice() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Lockstep.serve(
        options(Kind.GOODPUT, false, 0, 1),
        null,
        Effort.GLANCE,
        new ByteArrayInputStream("3\n1\n".getBytes(StandardCharsets.US_ASCII)),
        out);
    List<String> lines = out.toString(StandardCharsets.US_ASCII).lines().toList();
    assertEquals("ready " + (double) Goodput.SLICE_BYTES, lines.get(0));
    assertEquals(3, lines.get(1).trim().split(" ").length);
    assertEquals(1, lines.get(2).trim().split(" ").length);
    assertEquals(3, lines.size());
  }

  @Test
  void impossibleOptions_areRefusedInOneLine() {
    refused("--mtu 20: must be 68 to 65535", 20, 1, 0);
    refused("--flows 0: must be 1 to 10000", 1500, 0, 0);
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> options(Kind.RR, false, 500_000, 1).validate())
            .getMessage()
            .matches("--idle 500000: the heap has room for about [0-9]+; give java a larger -Xmx"));
  }

  private static void refused(String line, int mtu, int flows, int timeWait) {
    BenchOptions bad =
        new BenchOptions(
            Kind.RR,
            mtu,
            65_536,
            TcpProfile.RELIABLE_LINK,
            false,
            0,
            flows,
            timeWait,
            0,
            false,
            false,
            1);
    assertEquals(line, assertThrows(IllegalArgumentException.class, bad::validate).getMessage());
  }
}
