package dev.jktcp.cli;

import dev.jktcp.TcpStream;
import io.vertx.core.Future;
import java.util.function.Consumer;

/** Hears how the pairs of a server fare, and ends them with the command. */
interface PairLog {
  /** Calls {@code cut} if the command ends before the future completes. */
  void holds(Future<?> over, Consumer<Throwable> cut);

  /**
   * A pair is over.
   *
   * @param failure null if both its directions ended well
   */
  void report(TcpStream stream, Throwable failure);

  /** One connection of many came to nothing; the server goes on. */
  void complain(String who, Throwable cause);
}
