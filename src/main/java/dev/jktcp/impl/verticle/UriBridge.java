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
 * A URI's transport behind a bridge on two addresses that cannot be guessed. It has its own
 * context, on another event loop if there is one. That context ends by {@link #finish} and not with
 * a verticle or a Vert.x instance, so that an adapter's last packets still get out.
 *
 * <p>Thread-safe. Futures complete on the context of the caller.
 */
public final class UriBridge {
  private final ContextInternal context;
  private final UriTransport made;
  private final PacketTransport transport;
  private final BusOptions options;

  private final Promise<Void> joined = Promise.promise(); // any thread

  // On the context only.
  private Future<BusBridge> opening; // null until the first open()
  private Future<Void> finished; // null until the first finish()

  /**
   * Makes the transport.
   *
   * @param fault null for none
   * @return fails as {@link UriTransport#make} does, and then leaves nothing behind
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
    // For a CDTunnel's device before its host has come, the most that it grants. A host with a
    // smaller MTU says so again in its MSS.
    String id = BusNames.unguessable();
    this.options =
        new BusOptions()
            .setToAdapter("jktcp.transport." + id + ".in")
            .setFromAdapter("jktcp.transport." + id + ".out")
            .setMtu(transport.capabilities().mtu())
            .setReceiveMtu(receiveMtu());
  }

  /**
   * The MTU for receiving. A transport that comes back may have another, which the adapter then
   * gets.
   */
  private int receiveMtu() {
    int now = transport.capabilities().receiveMtu();
    return made.comesBack() ? Math.max(now, PacketFramer.MAX_PACKET) : now;
  }

  /** The transport of the URI. */
  public UriTransport uriTransport() {
    return made;
  }

  /** The adapter's side. */
  public BusTransport busTransport() {
    return new BusTransport(context.owner(), options);
  }

  /**
   * Opens the transport, for an adapter that has opened its side.
   *
   * @return completes when the other side is there or, for a listening URI, can come; fails with
   *     the reason, which the adapter gets as well
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

  /** Completes when the other side is there; fails if the opening fails. */
  public Future<Void> joined() {
    Promise<Void> there = callersPromise(context.owner());
    joined.future().onComplete(there);
    return there.future();
  }

  /**
   * Ends the bridge once the adapter's last packets are on their way, within a second or two.
   * Idempotent.
   */
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
        : transport.close(); // A close fails an opening under way, and the bridge with it.
  }
}
