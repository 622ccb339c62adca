package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayList;
import java.util.List;

/** The connections that something was thrown out of, which are the caller's to reset. */
final class FaultyConnections {
  private final List<TcpConnection> all = new ArrayList<>(0);
  private Throwable thrownOnTick; // the first of a tick that goes on, or null

  void add(TcpConnection connection) {
    all.add(connection);
  }

  /** What one throws is thrown when the others had their turn, so that no timer is lost. */
  void addOnTick(TcpConnection connection, Throwable thrown) {
    add(connection);
    if (thrownOnTick == null) {
      thrownOnTick = thrown;
    }
  }

  /** The others had their turn. */
  void rethrowOfTick() {
    Throwable thrown = thrownOnTick;
    if (thrown == null) {
      return;
    }
    thrownOnTick = null;
    if (thrown instanceof RuntimeException bug) {
      throw bug;
    }
    throw (AssertionError) thrown;
  }

  List<TcpConnection> take() {
    List<TcpConnection> taken = List.copyOf(all);
    all.clear();
    return taken;
  }
}
