package dev.jktcp.impl;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.context.Contexts;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.time.Clock;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The names in an adapter's connections. Adapter context only, except the public methods. */
final class Names {
  /** Names that may wait for an answer at once; each has a timer and a UDP port meanwhile. */
  private static final int MOST_ASKED = 1024;

  private final ContextInternal context;
  private final Clock clock;
  private final NameSetup setup;
  private final TcpTuning tuning;
  private final Supplier<TcpException> end;
  private final Set<Promise<List<InetAddress>>> asked = new LinkedHashSet<>();
  private Supplier<NameSource> maker; // null if there are no DNS servers
  private NameSource source; // null before the first lookup

  /**
   * @param tuning of connections that have none of their own
   * @param end supplies why the adapter has ended, or null
   */
  Names(
      ContextInternal context,
      Clock clock,
      NameSetup setup,
      TcpTuning tuning,
      Supplier<TcpException> end) {
    this.context = context;
    this.clock = clock;
    this.tuning = tuning;
    this.setup = setup;
    this.end = end;
  }

  void makeWith(Supplier<NameSource> given) {
    maker = given;
  }

  /**
   * Begins connections to the addresses of a name, or at once to an address.
   *
   * @param overlapping whether several attempts may be under way
   * @return fails with a {@link TcpException} if there is no address
   */
  <T> Tried<T> locate(
      TcpConnectOptions options, boolean overlapping, Function<TcpConnectOptions, Tried<T>> begin) {
    String host = options.getHost();
    if (!HostName.is(host)) {
      return begin.apply(options);
    }
    Promise<T> promise = context.promise();
    AddressRace<T> race = new AddressRace<>(clock, overlapping, begin, () -> others(host), promise);
    located(host)
        .onSuccess(addresses -> race.run(addresses, options, tuning))
        .onFailure(promise::tryFail);
    return new Tried<>(promise.future(), () -> Contexts.runOnThread(context, race::cancel));
  }

  /**
   * The first address of a name; other text unchanged.
   *
   * @return fails with a {@link TcpException} if there is no address
   */
  Future<String> address(String hostOrNull) {
    return HostName.is(hostOrNull)
        ? located(hostOrNull).map(addresses -> addresses.get(0).getHostAddress())
        : Future.succeededFuture(hostOrNull);
  }

  private Future<List<InetAddress>> located(String host) {
    return resolve(host).recover(cause -> Future.failedFuture(Failures.ofName(cause)));
  }

  /**
   * @return at least one address; fails with an {@link UnknownHostException}, a {@link
   *     TcpException} or, if the text or the options are at fault, an {@link
   *     IllegalArgumentException}
   */
  Future<List<InetAddress>> resolve(String host) {
    Promise<List<InetAddress>> promise = context.promise();
    Contexts.runOnThread(context, () -> resolve(host, promise));
    return promise.future();
  }

  private void resolve(String host, Promise<List<InetAddress>> promise) {
    try {
      if (end.get() != null) {
        promise.fail(end.get());
      } else if (HostName.isAddress(host)) {
        promise.complete(List.of(NameSetup.inet(IpAddress.parse(host))));
      } else {
        find(HostName.normalized(host), promise);
      }
    } catch (IllegalArgumentException wrong) {
      promise.fail(wrong);
    }
  }

  private void find(String name, Promise<List<InetAddress>> promise) {
    List<InetAddress> known = setup.hosts().get(name);
    if (known != null) {
      promise.complete(known);
    } else if (setup.servers().isEmpty() || maker == null) {
      promise.fail(
          new IllegalArgumentException(
              "host: '"
                  + name
                  + "' is a name, and this adapter resolves none: set dnsServers or hosts, or give"
                  + " an IP address"));
    } else if (asked.size() >= MOST_ASKED) {
      promise.fail(
          new UnknownHostException(
              name + ": " + MOST_ASKED + " names wait for an answer already; ask fewer at once"));
    } else {
      ask(name, promise);
    }
  }

  /** Adapter context only. */
  private Future<List<InetAddress>> others(String host) {
    String name = HostName.normalized(host);
    boolean asks = source != null && end.get() == null && asked.size() < MOST_ASKED;
    if (!asks || setup.hosts().containsKey(name)) {
      return Future.succeededFuture(List.of());
    }
    Promise<List<InetAddress>> promise = context.promise();
    await(source.askOthers(name), promise);
    return promise.future();
  }

  private void ask(String name, Promise<List<InetAddress>> promise) {
    if (source == null) {
      source = maker.get();
    }
    await(source.ask(name), promise);
  }

  private void await(Future<List<InetAddress>> answered, Promise<List<InetAddress>> promise) {
    asked.add(promise);
    answered.onComplete(
        answer -> {
          asked.remove(promise);
          if (answer.succeeded()) {
            promise.tryComplete(answer.result());
          } else {
            promise.tryFail(answer.cause());
          }
        });
  }

  /** The adapter has ended. */
  void onEnd() {
    List.copyOf(asked).forEach(promise -> promise.tryFail(end.get()));
    asked.clear();
    if (source != null) {
      source.close();
    }
  }
}
