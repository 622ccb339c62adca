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
}
