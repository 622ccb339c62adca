package dev.jktcp.cli;

import dev.jktcp.TcpStream;

/** Hears how the pairs of a server fare. */
interface PairLog {
  /**
   * A pair is over.
   *
   * @param failure null if both its directions ended well
   */
  void report(TcpStream stream, Throwable failure);

  /** One connection of many came to nothing; the server goes on. */
  void complain(String who, Throwable cause);
}
