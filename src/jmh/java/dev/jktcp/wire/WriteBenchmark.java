package dev.jktcp.wire;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Headers and checksums in front of a payload that is in its place. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class WriteBenchmark {
  private final byte[] packet = new byte[1600];
  private int seq;

  @Param({"false", "true"})
  public boolean v6;

  @Param({"0", "1", "1460"})
  public int payload;

  @Setup
  public void setUp() {
    seq = 1;
  }

  @Benchmark
  public int write() {
    return PacketWriter.tcp(
        packet,
        0,
        v6 ? Packets.V6_A : Packets.V4_A,
        v6 ? Packets.V6_B : Packets.V4_B,
        50_000,
        62_078,
        seq++,
        1,
        TcpSegment.ACK,
        0xFEDC,
        0,
        Packets.NONE,
        0,
        payload,
        64,
        0);
  }
}
