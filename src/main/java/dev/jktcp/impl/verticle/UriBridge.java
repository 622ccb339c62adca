package dev.jktcp.impl.verticle;

import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.BusBridge;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.BusTransport;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportUri;
import dev.jktcp.transport.UriTransport;
import dev.jktcp.transport.UriTransportOptions;
import dev.jktcp.wire.PacketFramer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/**
 * A URI's transport behind a bridge on two addresses nobody can guess. It lives on a context of its
 * own, on another event loop where there is one, which ends when it is told to and not with a
 * verticle or a Vert.x: an adapter's last packets are still to get out.
 *
 * <p>Any thread. Futures complete on the context of the caller.
 */
public final class UriBridge {
  private final ContextInternal context;
  private final UriTransport made;
  private final PacketTransport transport;
  private final BusOptions options;

  private final Promise<Void> joined = Promise.promise(); // any thread

  // The context's.
  private Future<BusBridge> opening; // null until it is asked for
  private Future<Void> finished; // likewise

  /**
   * Makes the transport.
   *
   * @param fault null for none
   * @return fails as {@link UriTransport#make} does, with nothing left behind
   */
  public static Future<UriBridge> make(
      Vertx vertx, TransportUri uri, UriTransportOptions options, FaultSpec fault) {
    ContextInternal own =
        ((VertxInternal) vertx).contextBuilder().withCloseFuture(new CloseFuture()).build();
    Promise<UriBridge> promise = callersPromise(vertx);
    own.runOnContext(
        v ->
            UriTransport.make(vertx, uri, options)
                .map(made -> new UriBridge(own, made, fault))
                .onFailure(cause -> own.close())
                .onComplete(promise));
    return promise.future();
  }

  private static <T> Promise<T> callersPromise(Vertx vertx) {
    return ((VertxInternal) vertx).getOrCreateContext().promise();
  }

  private UriBridge(ContextInternal context, UriTransport made, FaultSpec fault) {
    Vertx vertx = context.owner();
    this.context = context;
    this.made = made;
    this.transport =
        fault == null
            ? made.transport()
            : new FaultyTransport(made.transport(), fault, Clock.of(vertx));
    // Of a CDTunnel's device before its host came: the most it grants. A host that asks for less
    // says so again in its MSS.
    String id = BusNames.unguessable();
    this.options =
        new BusOptions()
            .setToAdapter("jktcp.transport." + id + ".in")
            .setFromAdapter("jktcp.transport." + id + ".out")
            .setMtu(transport.capabilities().mtu())
            .setReceiveMtu(receiveMtu());
  }

  /** One that comes back may come with another, of which the adapter is told. */
  private int receiveMtu() {
    int now = transport.capabilities().receiveMtu();
    return made.comesBack() ? Math.max(now, PacketFramer.MAX_PACKET) : now;
  }

  /** What the transport's making brought. */
  public UriTransport made() {
    return made;
  }

  /** The adapter's side. */
  public BusTransport busTransport() {
    return new BusTransport(context.owner(), options);
  }

  /**
   * Opens the transport, for an adapter that has opened its side.
   *
   * @return completes when the other side is there or, where the URI listens, can come; fails with
   *     the reason, which the adapter is told too
   */
  public Future<TransportUri> open() {
    Promise<TransportUri> ready = callersPromise(context.owner());
    context.runOnContext(
        v -> {
          opening = BusBridge.open(context.owner(), transport, options);
          opening.onFailure(ready::tryFail).<Void>mapEmpty().onComplete(joined);
          made.bound()
              .onFailure(ready::tryFail)
              .onSuccess(
                  uri -> {
                    if (uri.kind().listens()) {
                      ready.tryComplete(uri);
                    } else {
                      opening.onSuccess(bridge -> ready.tryComplete(uri));
                    }
                  });
        });
    return ready.future();
  }

  /** Completes when the other side is there; fails when it could not come. */
  public Future<Void> joined() {
    Promise<Void> there = callersPromise(context.owner());
    joined.future().onComplete(there);
    return there.future();
  }

  /** Ends it once what the adapter sent last is on its way, within a second or two. Idempotent. */
  public Future<Void> finish() {
    Promise<Void> done = callersPromise(context.owner());
    context.runOnContext(
        v -> {
          if (finished == null) {
            finished = end().eventually(context::close);
          }
          finished.onComplete(done);
        });
    return done.future();
  }

  private Future<Void> end() {
    return opening != null && opening.succeeded()
        ? opening.result().finish()
        : transport.close(); // Fails an opening under way, and the bridge with it.
  }
}
