package dev.jktcp.cli;

import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import dev.jktcp.time.Clock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Consumer;

/** Reports a server's pairs, and ends them with the command. */
interface PairLog {
  /** Calls {@code cut} if the command ends before the future completes. */
  void holds(Future<?> over, Consumer<Throwable> cut);

  /** A pair begins, whose bytes the pump will move. */
  void begins(TcpStream stream, Pump pump);

  /** A client's datagrams begin to move. */
  void begins(Transfer client);

  /**
   * A pair is over.
   *
   * @param failure null if both its directions ended well
   */
  void report(TcpStream stream, Throwable failure);

  /** One connection of many could not be served; the server goes on. */
  void complain(String who, Throwable cause);

  /**
   * All places are taken, and a client gave its own to a new one.
   *
   * @param who the two
   * @param times how often it has happened
   */
  void gaveWay(String who, long times);

  /** Holds a pair to its limits and reports its end. Call it before the pump's start. */
  default void watch(Vertx vertx, TcpStream stream, Pump pump, PairLimits limits) {
    QuietWatch.over(Clock.of(vertx), pump, limits);
    begins(stream, pump);
    holds(pump.completion(), pump::reset);
    pump.completion().onComplete(result -> report(stream, result.cause()));
  }
}
