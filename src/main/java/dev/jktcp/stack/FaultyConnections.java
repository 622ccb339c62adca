package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayList;
import java.util.List;

/** The connections out of which something was thrown: the stack's caller resets them. */
final class FaultyConnections {
  private final List<TcpConnection> all = new ArrayList<>(0);
  private Throwable thrownOnTick; // the first of a tick that goes on, or null

  void add(TcpConnection connection) {
    all.add(connection);
  }

  /** The throwable waits until the other connections had their turn, so that no timer is lost. */
  void addOnTick(TcpConnection connection, Throwable thrown) {
    add(connection);
    if (thrownOnTick == null) {
      thrownOnTick = thrown;
    }
  }

  /** All had their turn: throws what waited, if anything did. */
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
