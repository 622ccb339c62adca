package dev.jktcp.stack;

import dev.jktcp.stack.PortChooser.Destination;
import dev.jktcp.wire.IpAddress;

/** Gives listeners and users of UDP the local port that they ask for, or a free one. */
class ListenPorts {
  private final StackOptions options;
  final PortChooser chooser;
  final ListenerTable<?> listeners;

  ListenPorts(StackOptions options, PortChooser chooser, ListenerTable<?> listeners) {
    this.options = options;
    this.chooser = chooser;
    this.listeners = listeners;
  }

  /**
   * A port for a passive open, or a user of UDP.
   *
   * @param localOrNull null: all our addresses
   * @param portOr0 0: one of the range, at random
   */
  int toListen(IpAddress localOrNull, int portOr0) throws StackException {
    check(portOr0, 0);
    int port = portOr0;
    if (port == 0) {
      port =
          chooser.pick(Destination.LISTENING, (to, candidate) -> !listeners.isPortUsed(candidate));
    }
    if (port == 0) {
      throw new StackException(noneFree("to listen on") + ": widen the range");
    }
    if (listeners.isTaken(localOrNull, port)) { // MUST-41
      throw new StackException("port " + port + " is already listened on: choose another");
    }
    return port;
  }

  final String noneFree(String why) {
    return "no ephemeral port is free "
        + why
        + ": all of "
        + options.firstLocalPort()
        + " to "
        + options.lastLocalPort()
        + " (firstLocalPort to lastLocalPort) are in use";
  }

  static void check(int port, int least) throws StackException {
    if (port < least || port > 65_535) {
      throw new StackException("port " + port + ": must be " + least + " to 65535");
    }
  }
}
