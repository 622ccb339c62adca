package dev.jktcp.transport;

import dev.jktcp.time.Clock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * Makes the transport of a {@code reconnect+} URI. The host of a CDTunnel has its addresses from
 * the first handshake, so making it waits for that handshake. Every other transport is made when it
 * is opened.
 */
final class ReconnectingUri implements ReconnectingTransport.Source {
  private final ContextInternal context;
  private final TransportUri uri;
  private final UriTransportOptions options;
  private final Clock clock;
  private final DoubleSupplier random = new SplittableRandom()::nextDouble;
  private final Backoff backoff;
  private final Promise<TransportUri> bound = Promise.promise();
  private TransportUri at; // where it listens once a port was picked

  ReconnectingUri(ContextInternal context, TransportUri uri, UriTransportOptions options) {
    this.context = context;
    this.uri = uri;
    this.options = options;
    this.clock = Clock.of(context.owner());
    this.backoff = new Backoff(uri.reconnect(), random);
    this.at = uri;
  }

  Future<UriTransport> make() {
    if (!uri.kind().isTunnelHost()) {
      return Future.succeededFuture(unmade());
    }
    Promise<UriTransport> made = Promise.promise();
    attempt(made);
    return made.future();
  }

  private void attempt(Promise<UriTransport> made) {
    next()
        .onSuccess(first -> made.complete(over(first)))
        .onFailure(cause -> onFailure(cause, made));
  }

  private void onFailure(Throwable cause, Promise<UriTransport> made) {
    backoff.onFailure();
    if (backoff.isOver()) {
      made.fail(ReconnectingTransport.gaveUp(uri.name(), backoff.failed(), cause));
    } else {
      clock.once(backoff.delayMs(), () -> attempt(made));
    }
  }

  @Override
  public Future<UriTransport> next() {
    Future<UriTransport> made = UriTransport.once(context, at, options);
    if (!uri.kind().listens()) {
      return made;
    }
    return made.onSuccess(
        listening -> listening.bound().onSuccess(this::onBound).onFailure(this::onNotBound));
  }

  /** The next peer finds the transport on the port that was picked for the first peer. */
  private void onBound(TransportUri where) {
    at = where;
    bound.tryComplete(where);
  }

  private void onNotBound(Throwable cause) {
    if (uri.reconnect().isMustListen()) {
      bound.tryFail(cause); // in vain if it has listened before
    }
  }

  @Override
  public boolean isHopeless() {
    return bound.future().failed();
  }

  private UriTransport over(UriTransport first) {
    return of(first, first.localAddresses(), first.peerAddresses(), first.rsdPort());
  }

  /** The device of a CDTunnel says both addresses, so they are known by now. */
  private UriTransport unmade() {
    if (!uri.kind().isTunnelDevice()) {
      return of(null, List.of(), List.of(), 0);
    }
    CdTunnelDeviceOptions device = options.getDevice();
    return of(null, List.of(device.getServerAddress()), List.of(device.getClientAddress()), 0);
  }

  private UriTransport of(
      UriTransport firstOrNull, List<String> local, List<String> peer, int rsdPort) {
    PacketTransport transport =
        new ReconnectingTransport(uri.name(), this, firstOrNull, uri.reconnect(), clock, random);
    return new UriTransport(
        transport,
        uri.kind().listens() ? bound.future() : Future.succeededFuture(uri),
        local,
        peer,
        rsdPort);
  }
}
