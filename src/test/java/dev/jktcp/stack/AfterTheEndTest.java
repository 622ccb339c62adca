package dev.jktcp.stack;

import static dev.jktcp.stack.DatagramLab.ofA;
import static dev.jktcp.stack.DatagramLab.ofB;
import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.TcpConnection;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Connections and addresses that are gone leave no timer and no packet behind. */
class AfterTheEndTest {
  private final DatagramLab lab = new DatagramLab();

  /**
   * A timer of a connection that is over would never be over: the stack would ask for a tick each
   * millisecond, for ever.
   */
  @Test
  void noCallOnAConnectionThatIsOver_armsATimer() throws Exception {
    TcpTuning impatient =
        TcpTuning.DEFAULT.with(
            t -> t.userTimeout(Duration.ofSeconds(4)).keepAlive(true).maxSegment(100));
    List<Consumer<TcpConnection>> calls =
        List.of(
            c -> c.tune(impatient, lab.nowNs),
            c -> c.write(new byte[10], 0, 10, lab.nowNs),
            c -> c.read(10, lab.nowNs),
            TcpConnection::markUrgent,
            TcpConnection::end,
            c -> c.leave(lab.nowNs),
            c -> c.close(lab.nowNs),
            TcpConnection::accept,
            TcpConnection::onMemory,
            TcpConnection::dropDisorder,
            c -> c.onLook(lab.nowNs),
            c -> c.onTimer(lab.nowNs),
            TcpConnection::reset);
    lab.b.listen(null, 80, 0);
    for (Consumer<TcpConnection> call : calls) {
      TcpConnection over = endedWhileAway();
      call.accept(over);
      assertEquals(0, lab.poll(lab.a).size());
      lab.a.onBack(lab.nowNs); // its own timer is for the end of the absence
      assertEquals(IpStack.NONE, lab.a.nextDeadlineNs(), "call " + calls.indexOf(call));
    }
  }

  /** With data in flight, and while the transport is away. */
  private TcpConnection endedWhileAway() throws StackException {
    TcpConnection c = lab.a.connect(ConnectRequest.to(ofB(false), 80), lab.nowNs);
    lab.exchange();
    c.write(new byte[1000], 0, 1000, lab.nowNs);
    lab.poll(lab.a);
    lab.a.onAway(1_000 * MS, lab.nowNs);
    c.reset(CloseReason.TRANSPORT_AWAY, false);
    return c;
  }

  @Test
  void answersOfAnAddressThatIsGone_areNotSent() {
    TestPacket stray = new TestPacket();
    stray.src = ofB(true).toBytes();
    stray.dst = ofA(true).toBytes();
    stray.srcPort = 1000;
    stray.dstPort = 80;
    stray.flags = TestPacket.SYN;
    lab.give(lab.a, stray.encode());
    lab.a.changeAddresses(List.of(ofA(false)));
    assertEquals(List.of(), lab.poll(lab.a));
    assertEquals(1, lab.a.counters().repliesDropped);
  }
}
