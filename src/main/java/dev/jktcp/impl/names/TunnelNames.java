package dev.jktcp.impl.names;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.NameSource;
import dev.jktcp.impl.channel.TunnelChannels;
import dev.jktcp.wire.IpAddress;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsServerAddresses;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.FutureListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Netty's resolver, which Vert.x also uses, over an adapter's own UDP and TCP. Each question has
 * its own port and a random id (RFC 5452 §9). An answer must come from the server asked and repeat
 * the question. A truncated answer is asked for again over TCP (RFC 7766 §5). Adapter context only.
 */
public final class TunnelNames implements NameSource {
  /** RFC 1035 §4.2.1: a question is repeated after 2 to 5 seconds. */
  private static final long TIMEOUT_MS = 2_500;

  /** A datagram may be lost, in a tunnel as on any path. */
  private static final int TRIES = 2;

  /** Addresses, and names without one, at some 300 bytes each: 1.2 MB. */
  private static final int MOST_CACHED = 4096;

  /** A day: RFC 8767 §4 caps the lifetimes that servers give at days. */
  private static final int MAX_TTL_S = 86_400;

  /** Long enough that one connect does not repeat its questions to several families and servers. */
  private static final int NEGATIVE_TTL_S = 5;

  /** Questions for one name: its CNAMEs and the servers. */
  private static final int MOST_QUERIES = 16;

  private static final int MOST_JOINED = 1024; // as Vert.x has it

  /**
   * The least time between two log lines about datagrams that are no answer, which any host of the
   * tunnel may send.
   */
  private static final long SAID_EVERY_NS = TimeUnit.MINUTES.toNanos(1);

  private static final Logger LOG = LoggerFactory.getLogger(TunnelNames.class);

  private final AdapterInternal adapter;
  private final DnsServerAddresses inOrder;
  private final DnsNameResolver resolver;
  private DnsNameResolver others; // for the other family; null before its first question
  private final String servers;
  private boolean saidOther;
  private long saidOtherNs;

  public TunnelNames(AdapterInternal adapter, List<InetSocketAddress> servers) {
    this.adapter = adapter;
    this.servers =
        servers.stream()
            .map(s -> NetUtil.toSocketAddressString(s))
            .collect(Collectors.joining(", "));
    inOrder = DnsServerAddresses.sequential(servers);
    resolver = resolver(types());
  }

  private DnsNameResolver resolver(ResolvedAddressTypes families) {
    return new DnsNameResolverBuilder(adapter.context().nettyEventLoop())
        .datagramChannelFactory(() -> TunnelChannels.udp(adapter, this::onOther))
        .localAddress(null) // the first question binds
        .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
        .socketChannelFactory(() -> TunnelChannels.tcp(adapter, TIMEOUT_MS))
        .nameServerProvider(name -> inOrder.stream())
        .hostsFileEntriesResolver((name, types) -> null) // not the kernel's
        .resolvedAddressTypes(families)
        .completeOncePreferredResolved(true)
        .searchDomains(List.of())
        .ndots(1)
        .resolveCache(new BoundedDnsCache(MOST_CACHED, MAX_TTL_S, NEGATIVE_TTL_S))
        .cnameCache(NoopDnsCnameCache.INSTANCE)
        .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
        .optResourceEnabled(false) // as Vert.x has it; long answers come over TCP
        .queryTimeoutMillis(TIMEOUT_MS)
        .maxQueriesPerResolve(MOST_QUERIES)
        .consolidateCacheSize(MOST_JOINED)
        .build();
  }

  private void onOther() {
    long nowNs = adapter.clock().nanoTime();
    if (saidOther && nowNs - saidOtherNs < SAID_EVERY_NS) {
      return;
    }
    saidOther = true;
    saidOtherNs = nowNs;
    LOG.warn(
        "dnsServers: a datagram that is no answer to a question came from "
            + servers
            + "; it is ignored");
  }

  /** The families that the adapter can connect to. */
  private ResolvedAddressTypes types() {
    List<IpAddress> addresses = adapter.localAddresses();
    boolean v6 = addresses.stream().anyMatch(IpAddress::isV6);
    boolean v4 = !addresses.stream().allMatch(IpAddress::isV6);
    if (!v4) {
      return ResolvedAddressTypes.IPV6_ONLY;
    }
    if (!v6) {
      return ResolvedAddressTypes.IPV4_ONLY;
    }
    return NetUtil.isIpV6AddressesPreferred()
        ? DnsNameResolverBuilder.toResolvedAddressTypes(
            SocketProtocolFamily.INET6, SocketProtocolFamily.INET)
        : DnsNameResolverBuilder.toResolvedAddressTypes(
            SocketProtocolFamily.INET, SocketProtocolFamily.INET6);
  }

  @Override
  public Future<List<InetAddress>> ask(String name) {
    return ask(resolver, name);
  }

  @Override
  public Future<List<InetAddress>> askOthers(String name) {
    ResolvedAddressTypes other =
        switch (types()) {
          case IPV4_PREFERRED -> ResolvedAddressTypes.IPV6_ONLY;
          case IPV6_PREFERRED -> ResolvedAddressTypes.IPV4_ONLY;
          default -> null;
        };
    if (other == null) {
      return Future.succeededFuture(List.of());
    }
    if (others == null) {
      others = resolver(other);
    }
    return ask(others, name);
  }

  private Future<List<InetAddress>> ask(DnsNameResolver of, String name) {
    Promise<List<InetAddress>> promise = adapter.context().promise();
    ask(of, name, TRIES, promise);
    return promise.future();
  }

  private void ask(DnsNameResolver of, String name, int tries, Promise<List<InetAddress>> promise) {
    FutureListener<List<InetAddress>> onAnswer =
        answer -> {
          if (answer.isSuccess()) {
            promise.complete(answer.getNow());
          } else if (DnsNameResolver.isTimeoutError(answer.cause()) && tries > 1) {
            ask(of, name, tries - 1, promise);
          } else {
            promise.fail(failure(name, answer.cause()));
          }
        };
    of.resolveAll(name).addListener(onAnswer);
  }

  private UnknownHostException failure(String name, Throwable cause) {
    UnknownHostException failure = new UnknownHostException(name + ": " + said(cause));
    failure.initCause(cause);
    return failure;
  }

  private String said(Throwable cause) {
    if (DnsNameResolver.isTimeoutError(cause)) {
      return "no answer in the tunnel from " + servers;
    }
    Throwable root = root(cause);
    if (root instanceof DnsErrorCauseException said && said.getCode() != DnsResponseCode.NXDOMAIN) {
      return said.getCode() + " in the tunnel, says " + servers;
    }
    // Netty's own exceptions say that the answer has no such record; others, that no question was
    // sent.
    return root.getClass().getName().startsWith("io.netty.resolver.") || root == cause
        ? "no such name in the tunnel, says " + servers
        : "cannot be asked in the tunnel: " + root.getMessage();
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  @Override
  public void close() {
    resolver.close();
    if (others != null) {
      others.close();
    }
  }
}
