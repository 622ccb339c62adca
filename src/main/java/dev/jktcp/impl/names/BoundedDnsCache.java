package dev.jktcp.impl.names;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DefaultDnsCache;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Netty's cache with a limit on its addresses: the name unused for longest gives way. One event
 * loop only.
 */
final class BoundedDnsCache implements DnsCache {
  private final DnsCache cache;
  private final int most;
  private final Map<String, Integer> byUse = new LinkedHashMap<>(16, .75f, true);
  private int entries;

  /**
   * @param most addresses, and names that have none
   * @param maxTtl seconds
   * @param negativeTtl seconds
   */
  BoundedDnsCache(int most, int maxTtl, int negativeTtl) {
    this.most = most;
    cache = new DefaultDnsCache(0, maxTtl, negativeTtl);
  }

  /** Addresses, and names that have none; some may have expired. */
  int size() {
    return entries;
  }

  @Override
  public void clear() {
    byUse.clear();
    entries = 0;
    cache.clear();
  }

  @Override
  public boolean clear(String hostname) {
    forget(hostname);
    return cache.clear(hostname);
  }

  @Override
  public List<? extends DnsCacheEntry> get(String hostname, DnsRecord[] additionals) {
    byUse.get(hostname); // moves it to the newest
    return cache.get(hostname, additionals);
  }

  @Override
  public DnsCacheEntry cache(
      String hostname,
      DnsRecord[] additionals,
      InetAddress address,
      long originalTtl,
      EventLoop loop) {
    admit(hostname, additionals);
    return cache.cache(hostname, additionals, address, originalTtl, loop);
  }

  @Override
  public DnsCacheEntry cache(
      String hostname, DnsRecord[] additionals, Throwable cause, EventLoop loop) {
    admit(hostname, additionals);
    return cache.cache(hostname, additionals, cause, loop);
  }

  private void admit(String hostname, DnsRecord[] additionals) {
    List<? extends DnsCacheEntry> known = cache.get(hostname, additionals);
    if (known == null || known.isEmpty()) {
      forget(hostname); // its addresses have expired
    }
    byUse.merge(hostname, 1, Integer::sum);
    entries++;
    while (entries > most) {
      clear(byUse.keySet().iterator().next());
    }
  }

  private void forget(String hostname) {
    Integer its = byUse.remove(hostname);
    entries -= its == null ? 0 : its;
  }
}
