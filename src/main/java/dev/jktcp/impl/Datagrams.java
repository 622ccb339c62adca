package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.stack.Ping;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.UdpPort;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.time.Clock;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** An adapter's UDP ports and pings. Adapter context only. */
final class Datagrams {
  private final DrainLoop loop;
  private final AdapterSetup setup;
  private final Clock clock;
  private final Set<DatagramOwner> owners = new LinkedHashSet<>();
  private final Set<Pinging> pings = new LinkedHashSet<>();

  Datagrams(DrainLoop loop, AdapterSetup setup, Clock clock) {
    this.loop = loop;
    this.setup = setup;
    this.clock = clock;
  }

  /**
   * @param localOrNull null for all addresses
   * @param port 0 for an ephemeral one
   * @throws StackException if the stack has no room or no port for it
   */
  UdpPort bind(String localOrNull, int port, DatagramOwnerFactory factory) throws StackException {
    IpAddress local = setup.local(localOrNull);
    UdpPort bound = loop.stack().bind(local, AdapterSetup.port("port", port, 0));
    DatagramOwner owner = factory.own(loop, bound);
    bound.attach(owner);
    owners.add(owner);
    return bound;
  }

  /** The address that the port shows as its own. */
  IpAddress shown(UdpPort port) {
    return port.localAddress() == null ? setup.wildcard() : port.localAddress();
  }

  /**
   * @param host an address in text; null for the only peer
   * @throws IllegalArgumentException with one line about the host
   */
  IpAddress remote(String host) {
    return setup.remote(host);
  }

  /** Closes the port. Datagrams that wait for the transport still go out. */
  void close(DatagramOwner owner, UdpPort port) {
    owners.remove(owner);
    port.close();
    loop.request();
  }

  void ping(String host, long timeoutNs, Promise<Duration> promise) throws StackException {
    IpAddress remote = setup.remote(host);
    Ping ping = loop.stack().ping(remote, timeoutNs, clock.nanoTime());
    Pinging pinging = new Pinging(ping, promise);
    ping.attach(pinging);
    pings.add(pinging);
    loop.request();
  }

  /** The adapter has ended. */
  void onEnd(TcpException failure) {
    List.copyOf(owners).forEach(owner -> owner.onAdapterEnd(failure));
    owners.clear();
    pings.forEach(pinging -> pinging.promise.fail(failure));
    pings.clear();
  }

  private final class Pinging implements NoticeOwner {
    private final Ping ping;
    private final Promise<Duration> promise;

    Pinging(Ping ping, Promise<Duration> promise) {
      this.ping = ping;
      this.promise = promise;
    }

    @Override
    public void onNotice() {
      pings.remove(this);
      if (ping.roundTripNs() >= 0) {
        promise.tryComplete(Duration.ofNanos(ping.roundTripNs()));
      } else {
        promise.tryFail(failure());
      }
    }

    private TcpException failure() {
      if (ping.error() == null) {
        CloseReason reason = CloseReason.TIMED_OUT;
        return new TcpException(reason, reason.text() + ": no echo from " + ping.remote());
      }
      CloseReason reason = CloseReason.UNREACHABLE;
      return new TcpException(
          reason, reason.text() + ": " + ping.remote() + " (" + ping.error().text() + ")");
    }

    @Override
    public void onFault(Throwable thrown) {
      promise.tryFail(thrown);
    }
  }
}
