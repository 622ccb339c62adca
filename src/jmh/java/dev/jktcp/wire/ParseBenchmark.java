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

/** A data segment without options, taken apart with its checksums verified. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ParseBenchmark {
  private final IpPacket ip = new IpPacket();
  private final TcpSegment segment = new TcpSegment();
  private byte[] packet;

  @Param({"false", "true"})
  public boolean v6;

  @Param({"0", "1", "1460"})
  public int payload;

  @Param({"false", "true"})
  public boolean timestamps;

  @Setup
  public void setUp() {
    byte[] options = Packets.hex(timestamps ? "0101080a0000000100000002" : "");
    packet = Packets.tcp(v6, options, new byte[payload]);
  }

  @Benchmark
  public int parse() throws MalformedPacket {
    ip.parse(packet, 0, packet.length);
    segment.parse(ip, true);
    return segment.payloadLength();
  }
}
