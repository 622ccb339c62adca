package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TimedFlow;
import dev.jktcp.wire.IpAddress;
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

/** Deadlines as bulk data moves them: later with each segment, and rarely due. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class WheelBenchmark {
  private static final IpAddress LOCAL = IpAddress.parse("10.0.0.1");
  private static final IpAddress REMOTE = IpAddress.parse("10.0.0.2");
  private static final long RTO_NS = 200 * TimerWheel.TICK_NS;
  private static final long STEP_NS = 1_000;

  private TimerWheel wheel;
  private TimedFlow[] all;
  private long nowNs;
  private int next;

  @Param({"1", "10000"})
  public int flows;

  private static final class Plain extends TimedFlow {
    Plain(int remotePort) {
      super(LOCAL, 443, REMOTE, remotePort);
    }
  }

  @Setup
  public void setUp() {
    nowNs = 0;
    next = 0;
    wheel = new TimerWheel();
    wheel.start(nowNs);
    all = new TimedFlow[flows];
    for (int i = 0; i < flows; i++) {
      all[i] = new Plain(i);
      wheel.arm(all[i], RTO_NS, nowNs);
    }
  }

  @Benchmark
  public long armAgain() {
    nowNs += STEP_NS;
    next = next + 1 == flows ? 0 : next + 1;
    wheel.arm(all[next], nowNs + RTO_NS, nowNs);
    wheel.advance(nowNs, (flow, now) -> wheel.arm(flow, now + RTO_NS, now));
    return wheel.nextDeadlineNs();
  }

  @Benchmark
  public void armAndCancel() {
    TimedFlow flow = all[0];
    wheel.cancel(flow);
    wheel.arm(flow, nowNs + RTO_NS, nowNs);
  }
}
