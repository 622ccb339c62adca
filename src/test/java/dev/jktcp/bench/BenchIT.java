package dev.jktcp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.bench.BenchOptions.Builder;
import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.proof.progress.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The kinds that need sockets or devices of the kernel. */
@Timeout(120)
class BenchIT {
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"SOCKET", "FORWARD"})
  void eachKind_givesItsOwnFigureAndNoOther(Kind kind) {
    MeasurementTest.eachKind(kind);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"SOCKET", "FORWARD"})
  void bulk_noticesAWrongByte(Kind kind) {
    VerificationTest.noticesInBulk(kind);
  }

  private static List<Kind> besideKernel() {
    return List.copyOf(Kind.BESIDE_KERNEL);
  }

  @ParameterizedTest
  @MethodSource("besideKernel")
  void clientsAndServers_giveTheirFiguresBesideTheKernels(Kind kind) {
    MeasurementTest.eachKind(kind);
  }

  @ParameterizedTest
  @MethodSource("besideKernel")
  void clientsAndServers_noticeAnotherAnswer(Kind kind) {
    VerificationTest.noticesAnotherAnswer(kind);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"TUN_OUT", "TUN_IN"})
  void tun_noticesAWrongByte(Kind kind) {
    needTun();
    BenchOptions options = new Builder(kind).build();
    try (TunLink link = TunLink.open(options)) {
      TunGoodput goodput = new TunGoodput(options, Effort.GLANCE, link);
      goodput.source[70] ^= 1;
      goodput.piece.setByte(70, goodput.source[70]);
      IllegalStateException wrong =
          assertThrows(IllegalStateException.class, goodput::run, "wrong bytes");
      assertEquals("bench: wrong bytes near position 0", wrong.getMessage());
    }
  }

  private static void needTun() {
    Needs.tun();
    Needs.program("ip");
  }

  @Test
  void tun_givesItsFiguresEachWay() {
    needTun();
    MeasurementTest.eachKind(Kind.TUN_OUT);
    MeasurementTest.eachKind(Kind.TUN_IN);
  }

  /** Without the right to make devices, whoever runs it. */
  @Test
  void tunWithoutRoot_saysWhatToDo() throws Exception {
    needTun();
    Needs.program("setpriv");
    Captured captured =
        jktcp("setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin");
    assertEquals(1, captured.exitCode());
    assertTrue(
        captured.lastLine().startsWith("jktcp: tun:jkbench0: no permission to attach; run as root"),
        captured.lastLine());
  }

  private record Captured(int exitCode, String lastLine) {}

  private static Captured jktcp(String... as) throws Exception {
    List<String> command = new ArrayList<>(List.of(as));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.jktcp.cli.Main"));
    command.addAll(List.of("bench", "tun", "--seconds", "1"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = process.inputReader().lines().toList();
    return new Captured(process.waitFor(), lines.get(lines.size() - 1));
  }

  @Test
  void child_thatFails_isQuoted() {
    assertEquals("that is why", failure("echo 'jktcp: that is why' >&2; exit 1"));
    assertEquals("it printed nothing", failure("exit 1"));
    assertEquals("no JSON came of bench rr", failure("echo nonsense"));
  }

  @Test
  void child_thatDoesNotEnd_isEnded() {
    assertEquals("it took longer than 1 s", failure("read line"));
  }

  private static String failure(String script) {
    ChildBench child = new ChildBench(List.of("sh", "-c", script, "jktcp"));
    BenchOptions options = new Builder(Kind.RR).build();
    return assertThrows(IOException.class, () -> child.run(options, 1_000_000_000L)).getMessage();
  }

  @Test
  void all_thatIsEndedBySignal_endsItsChild() throws Exception {
    Process all =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.jktcp.cli.Main",
                "bench",
                "all",
                "--seconds",
                "60")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader said = all.inputReader()) {
      assertTrue(said.readLine().startsWith("jktcp: 50 figures"), "what is to come");
      assertEquals("jktcp: 1 of 50: goodput --mtu 576", said.readLine());
      List<ProcessHandle> children = List.of();
      while (children.isEmpty() && all.isAlive()) {
        children = all.descendants().toList();
      }
      all.toHandle().destroy(); // leaves what it said open
      assertEquals(143, all.waitFor());
      assertNull(said.readLine());
      for (ProcessHandle child : children) {
        child.onExit().get(40, TimeUnit.SECONDS); // unless ended, it takes 60
      }
    } finally {
      all.destroyForcibly();
    }
  }

  @Test
  void child_givesWhatItMeasured() throws IOException {
    BenchOptions options = new Builder(Kind.RR).idle(10).seconds(1).build();
    Result result = new ChildBench().run(options, 60_000_000_000L);
    assertEquals(options.text(), result.options().text());
    assertTrue(result.get(Figure.PER_SEC) > 0, "trips");
    assertTrue(result.get(Figure.KEPT) > 0, "kept");
  }
}
