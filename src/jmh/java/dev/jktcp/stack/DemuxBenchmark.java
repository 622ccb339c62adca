package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Flow;
import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpSegment;
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

/** The flow of a packet, among others: of the same flow again and again, or of each in turn. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class DemuxBenchmark {
  private static final IpAddress LOCAL = IpAddress.parse("10.0.0.1");
  private static final IpAddress REMOTE = IpAddress.parse("10.0.0.2");
  private static final int LOCAL_PORT = 443;

  private final IpPacket ip = new IpPacket();
  private FlowTable table;
  private int port;

  @Param({"1", "16", "10000"})
  public int flows;

  private static final class Plain extends Flow {
    Plain(int remotePort) {
      super(LOCAL, LOCAL_PORT, REMOTE, remotePort);
    }
  }

  @Setup
  public void setUp() throws MalformedPacket {
    PortChooser ports = new PortChooser(new SipHash(1, 2), 49_152, 65_535, 1);
    table = new FlowTable(new SipHash(3, 4), ports);
    for (int i = 0; i < flows; i++) {
      table.add(new Plain(i));
    }
    byte[] packet = new byte[40];
    OutSegment segment = new OutSegment().begin(REMOTE, 0, LOCAL, LOCAL_PORT);
    PacketWriter.tcp(packet, 0, segment.ip(64, 0).tcp(TcpSegment.ACK, 1, 1));
    ip.parse(packet, 0, packet.length);
  }

  @Benchmark
  public Flow sameFlow() {
    return table.find(ip, 0, LOCAL_PORT);
  }

  @Benchmark
  public Flow eachInTurn() {
    port = port + 1 == flows ? 0 : port + 1;
    return table.find(ip, port, LOCAL_PORT);
  }
}
