package dev.jktcp.bench;

import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.progress.Needs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  @Test
  void tun_givesItsFiguresEachWay() {
    Needs.tun();
    Needs.program("ip");
    MeasurementTest.eachKind(Kind.TUN_OUT);
    MeasurementTest.eachKind(Kind.TUN_IN);
  }
}
