package dev.jktcp.impl;

import dev.jktcp.ConnectOptions;
import dev.jktcp.TcpException;
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

/** The names an adapter is asked to connect to. Adapter context, but for the public methods. */
final class Names {
  /** As many as clients may wait for; each has a timer and, until it is answered, a UDP port. */
  private static final int MOST_ASKED = 1024;

  private final ContextInternal context;
  private final NameSetup setup;
  private final Supplier<TcpException> end;
  private final Set<Promise<List<InetAddress>>> asked = new LinkedHashSet<>();
  private Supplier<NameSource> maker; // null: nothing can be asked
  private NameSource source; // null before the first

  /**
   * @param end why the adapter has ended, or null
   */
  Names(ContextInternal context, NameSetup setup, Supplier<TcpException> end) {
    this.context = context;
    this.setup = setup;
    this.end = end;
  }

  void makeWith(Supplier<NameSource> given) {
    maker = given;
  }

  /**
   * Does {@code use} with an address in place of the name; at once if there is no name.
   *
   * @return fails with a {@link TcpException} if there is no address
   */
  <T> Future<T> locate(ConnectOptions options, Function<ConnectOptions, Future<T>> use) {
    String host = options.getHost();
    if (!HostName.is(host)) return use.apply(options);
    return resolve(host)
        .recover(Names::asTcp)
        .compose(
            addresses ->
                use.apply(new ConnectOptions(options).setHost(addresses.get(0).getHostAddress())));
  }

  private static Future<List<InetAddress>> asTcp(Throwable cause) {
    return Future.failedFuture(
        cause instanceof UnknownHostException
            ? new TcpException(null, cause.getMessage(), cause)
            : cause);
  }

  /**
   * @return at least one address; fails with an {@link UnknownHostException}, a {@link
   *     TcpException} or, if the text or the options are at fault, an {@link
   *     IllegalArgumentException}
   */
  Future<List<InetAddress>> resolve(String host) {
    Promise<List<InetAddress>> promise = context.promise();
    Callers.run(context, () -> resolve(host, promise));
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

  private void ask(String name, Promise<List<InetAddress>> promise) {
    if (source == null) source = maker.get();
    asked.add(promise);
    source
        .ask(name)
        .onComplete(
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
    if (source != null) source.close();
  }
}
