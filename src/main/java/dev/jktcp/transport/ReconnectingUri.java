package dev.jktcp.transport;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * Makes the transport of a {@code reconnect+} URI. The host of a CDTunnel has its addresses from
 * the first handshake, so that one is waited for; everything else is made when it is opened.
 */
final class ReconnectingUri {
  private final ContextInternal context;
  private final TransportUri uri;
  private final UriTransportOptions options;
  private final TransportClock clock;
  private final DoubleSupplier random = new SplittableRandom()::nextDouble;
  private final Backoff backoff;
  private final Promise<TransportUri> bound = Promise.promise();
  private TransportUri at; // where it listens once a port was picked

  ReconnectingUri(ContextInternal context, TransportUri uri, UriTransportOptions options) {
    this.context = context;
    this.uri = uri;
    this.options = options;
    this.clock = TransportClock.of(context.owner());
    this.backoff = new Backoff(uri.reconnect(), random);
    this.at = uri;
  }

  Future<UriTransport> make() {
    if (!uri.kind().isTunnelHost()) return Future.succeededFuture(over(null));
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
      made.fail(ReconnectingTransport.gaveUp(uri.toString(), backoff.failed(), cause));
    } else {
      clock.once(backoff.delayMs(), () -> attempt(made));
    }
  }

  private Future<UriTransport> next() {
    Future<UriTransport> made = UriTransport.once(context, at, options);
    if (!uri.kind().listens()) return made;
    return made.onSuccess(listening -> listening.bound().onSuccess(this::onBound));
  }

  /** The next peer finds it on the port that was picked for the first one. */
  private void onBound(TransportUri where) {
    at = where;
    bound.tryComplete(where);
  }

  /**
   * @param first null: the transport makes it
   */
  private UriTransport over(UriTransport first) {
    PacketTransport transport =
        new ReconnectingTransport(
            uri.toString(), this::next, first, uri.reconnect(), clock, random);
    List<String> none = List.of();
    CdTunnelDeviceOptions device = options.getDevice();
    boolean isDevice = uri.kind().isTunnelDevice();
    return new UriTransport(
        transport,
        uri.kind().listens() ? bound.future() : Future.succeededFuture(uri),
        first != null
            ? first.localAddresses()
            : isDevice ? List.of(device.getServerAddress()) : none,
        first != null
            ? first.peerAddresses()
            : isDevice ? List.of(device.getClientAddress()) : none,
        first != null ? first.rsdPort() : 0);
  }
}
