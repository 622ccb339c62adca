package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayList;
import java.util.List;

/** The connections that threw: the stack's caller resets them. */
final class FaultyConnections {
  private final List<TcpConnection> all = new ArrayList<>(0);
  private Throwable thrownOnTick; // the first of the current tick, or null

  void add(TcpConnection connection) {
    all.add(connection);
  }

  /** Keeps the throwable until the other connections had their turn, so that no timer is lost. */
  void addOnTick(TcpConnection connection, Throwable thrown) {
    add(connection);
    if (thrownOnTick == null) {
      thrownOnTick = thrown;
    }
  }

  /** All connections had their turn: throws the throwable that waited, if any. */
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
