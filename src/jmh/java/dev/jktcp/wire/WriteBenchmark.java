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

/** A segment without options: its headers, a copy of its payload, the checksums. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class WriteBenchmark {
  private final byte[] packet = new byte[1600];
  private final OutSegment segment = new OutSegment();
  private OutSegment.Payload source;
  private int seq;

  @Param({"false", "true"})
  public boolean v6;

  @Param({"0", "1", "1460"})
  public int payload;

  @Setup
  public void setUp() {
    seq = 1;
    source = Packets.bytes(new byte[payload]);
  }

  @Benchmark
  public int write() {
    segment
        .begin(v6 ? Packets.V6_A : Packets.V4_A, 50_000, v6 ? Packets.V6_B : Packets.V4_B, 62_078)
        .ip(64, 0)
        .tcp(TcpSegment.ACK, seq++, 1)
        .window(0xFEDC)
        .payload(source, payload);
    return PacketWriter.tcp(packet, 0, segment);
  }
}
