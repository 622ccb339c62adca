package dev.jktcp.impl.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** The cache of names has a bound, and the name that waited longest goes first. */
class BoundedDnsCacheTest {
  private static final DnsRecord[] NONE = new DnsRecord[0];

  @Test
  void nameThatWasAskedForLongestAgo_givesWay() throws Exception {
    EventLoop loop = new DefaultEventLoop();
    try {
      BoundedDnsCache cache = new BoundedDnsCache(3, 60, 5);
      InetAddress address = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
      for (String name : new String[] {"a.", "b."}) cache.cache(name, NONE, address, 60, loop);
      cache.cache("c.", NONE, new UnknownHostException("c."), loop); // that there is none counts
      assertEquals(address, cache.get("a.", NONE).get(0).address());
      cache.cache("d.", NONE, address, 60, loop);
      assertEquals(3, cache.size());
      assertNull(cache.get("b.", NONE));
      assertEquals(1, cache.get("a.", NONE).size());
      for (int i = 0; i < 10_000; i++) cache.cache("n" + i + ".", NONE, address, 60, loop);
      assertEquals(3, cache.size());
      assertNull(cache.get("a.", NONE));
      cache.clear();
      assertEquals(0, cache.size());
    } finally {
      loop.shutdownGracefully();
    }
  }

  /** One name may have as many addresses as an answer has room for. */
  @Test
  void addressesAreCounted_andThoseThatExpiredAreNot() throws Exception {
    EventLoop loop = new DefaultEventLoop();
    try {
      BoundedDnsCache cache = new BoundedDnsCache(10, 60, 5);
      for (int name = 0; name < 4; name++) {
        for (int i = 0; i < 4; i++) {
          InetAddress address = InetAddress.getByAddress(new byte[] {10, 0, (byte) name, (byte) i});
          cache.cache("n" + name + ".", NONE, address, 60, loop);
        }
      }
      assertEquals(8, cache.size());
      assertNull(cache.get("n1.", NONE));
      assertEquals(4, cache.get("n2.", NONE).size());
      InetAddress brief = InetAddress.getByAddress(new byte[] {10, 0, 0, 9});
      for (int i = 0; i < 20; i++) {
        cache.cache("brief.", NONE, brief, 0, loop);
        while (cache.get("brief.", NONE) != null) Thread.onSpinWait();
      }
      assertEquals(9, cache.size());
      assertEquals(4, cache.get("n3.", NONE).size());
    } finally {
      loop.shutdownGracefully();
    }
  }
}
