package dev.jktcp.stack;

import dev.jktcp.stack.PortChooser.Destination;
import dev.jktcp.wire.IpAddress;

/** Gives connections and listeners the local port that they ask for, or a free one. */
final class Ports extends ListenPorts {
  private final FlowTable flows;
  private final PortChooser.Look look = new Look();

  Ports(
      StackOptions options,
      PortChooser chooser,
      FlowTable flows,
      ListenerTable<TcpListener> listeners) {
    super(options, chooser, listeners);
    this.flows = flows;
  }

  /**
   * A port for an active open.
   *
   * @param portOr0 0: one of the range, at random
   */
  int toConnect(IpAddress local, int portOr0, IpAddress remote, int remotePort)
      throws StackException {
    check(remotePort, 1);
    check(portOr0, 0);
    if (portOr0 == 0) {
      return chosenFor(local, remote, remotePort);
    }
    if (isSelf(local, portOr0, remote, remotePort)) {
      throw new StackException(
          "cannot connect " + local + ":" + portOr0 + " to itself: choose another local port");
    }
    if (flows.contains(local, portOr0, remote, remotePort)) {
      throw new StackException(
          "local port "
              + portOr0
              + " already has a connection to "
              + remote
              + ":"
              + remotePort
              + ": choose another");
    }
    return portOr0;
  }

  private int chosenFor(IpAddress local, IpAddress remote, int remotePort) throws StackException {
    int port = chooser.pick(new Destination(local, remote, remotePort), look);
    if (port == 0) {
      throw new StackException(
          noneFree("for " + remote + ":" + remotePort)
              + " or in TIME-WAIT: widen the range, or shorten timeWaitMs");
    }
    return port;
  }

  private final class Look implements PortChooser.Look {
    @Override
    public boolean isFree(Destination to, int port) {
      return isAllowed(to, port) && !flows.contains(to.local(), port, to.remote(), to.port());
    }

    @Override
    public boolean seemsFree(Destination to, int port) {
      return isAllowed(to, port) && !flows.mayContain(to.local(), port, to.remote(), to.port());
    }

    private boolean isAllowed(Destination to, int port) {
      return !listeners.isPortUsed(port) && !isSelf(to.local(), port, to.remote(), to.port());
    }
  }

  /**
   * Whether the connection would be both ends, in a simultaneous open with itself (RFC 9293 §3.5).
   */
  private static boolean isSelf(IpAddress local, int port, IpAddress remote, int remotePort) {
    return port == remotePort && local.equals(remote);
  }
}
