package dev.jktcp.wire;

import java.util.Random;
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

/**
 * Sums of the lengths that occur: headers, and payloads of common MTUs. A connection sums headers
 * and payloads in turn, and the compiler is told of both before either is measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ChecksumBenchmark {
  private final byte[] bytes = new byte[70_000];

  @Param({"20", "40", "60", "1460", "15960", "65495"})
  public int length;

  @Param({"0", "3"})
  public int offset;

  @Setup
  public void setUp() {
    new Random(1).nextBytes(bytes);
    long sum = 0;
    for (int i = 0; i < 20_000; i++) {
      sum = Checksum.add(sum, bytes, 0, i % 2 == 0 ? 28 : 1460);
    }
    bytes[0] = (byte) Checksum.finish(sum);
  }

  @Benchmark
  public int sum() {
    return Checksum.finish(Checksum.add(0, bytes, offset, length));
  }
}
