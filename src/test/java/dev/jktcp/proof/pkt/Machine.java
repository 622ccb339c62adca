package dev.jktcp.proof.pkt;

import static dev.jktcp.time.Nanos.US;

import dev.jktcp.stack.IpStack;
import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The stack under test in virtual time: stepped from deadline to deadline, drained after each. */
final class Machine {
  private static final long START_NS = 77_000_000_000_000L; // any
  private static final int MAX_PACKETS_AT_ONCE = 20_000;
  private static final int MAX_TICKS_AT_ONCE = 100;

  /** Whoever has sockets on it. */
  interface User {
    void onEvents(TcpConnection connection, int events);

    /** A packet leaves. */
    void onSent(Sent sent);

    /** After every step: calls that wait may go on. */
    void onStep();

    /** When {@link #onStep} is due at the latest; {@link Long#MAX_VALUE} when never. */
    long wakeUs();
  }

  /** A packet of ours and when it left. */
  record Sent(long us, byte[] bytes) {}

  private final IpStack stack;
  private final User user;
  private final Deque<Sent> sent = new ArrayDeque<>();
  private long nowNs = START_NS;

  Machine(IpStack stack, User user) {
    this.stack = stack;
    this.user = user;
  }

  IpStack stack() {
    return stack;
  }

  long nowNs() {
    return nowNs;
  }

  /** Since the script began. */
  long nowUs() {
    return (nowNs - START_NS) / US;
  }

  /** An instant of the stack's clock since the script began, rounded up. */
  long toUs(long ns) {
    return (ns - START_NS + US - 1) / US;
  }

  /** What was sent and not yet listed, oldest first. */
  Deque<Sent> sent() {
    return sent;
  }

  /** Lets time pass up to and including an instant, or until something is so. */
  void advance(long toUs, BooleanSupplier until) {
    long targetNs = START_NS + toUs * US;
    int ticks = 0;
    while (!until.getAsBoolean()) {
      long deadline = stack.nextDeadlineNs();
      long wakeUs = user.wakeUs();
      if (wakeUs <= toUs && (deadline == IpStack.NONE || deadline > START_NS + wakeUs * US)) {
        nowNs = Math.max(nowNs, START_NS + wakeUs * US);
        user.onStep();
        drain();
        continue;
      }
      if (deadline == IpStack.NONE || deadline - targetNs > 0) {
        nowNs = Math.max(nowNs, targetNs);
        return;
      }
      if (deadline - nowNs > 0) {
        nowNs = deadline;
        ticks = 0;
      } else if (++ticks > MAX_TICKS_AT_ONCE) {
        throw new IllegalStateException("the stack's deadline stays in the past");
      }
      stack.onTick(nowNs);
      drain();
    }
  }

  /** Moves the clock, and runs no timer that is due by then. */
  void moveTo(long us) {
    nowNs = Math.max(nowNs, START_NS + us * US);
  }

  /** Packets that arrive as one batch: the stack answers behind the last. */
  void deliver(List<byte[]> packets) {
    for (byte[] packet : packets) {
      byte[] lent = packet.clone();
      stack.onPacket(lent, 0, lent.length, nowNs);
      Arrays.fill(lent, (byte) 0xdd); // the stack must not keep the caller's array
    }
    drain();
  }

  /** What the shell does after each input and command. */
  void drain() {
    byte[] buffer = new byte[stack.mtu()];
    int packets = 0;
    boolean more;
    do {
      more = false;
      for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
        user.onEvents(c, c.takeEvents());
        more = true;
      }
      for (int length; (length = stack.pollPacket(buffer, 0, nowNs)) > 0; ) {
        Sent packet = new Sent(nowUs(), Arrays.copyOf(buffer, length));
        sent.add(packet);
        user.onSent(packet);
        more = true;
        if (++packets > MAX_PACKETS_AT_ONCE) {
          throw new IllegalStateException("the stack never stops sending");
        }
      }
      if (more) {
        user.onStep();
      }
    } while (more);
  }
}
