package dev.jktcp.impl.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.jktcp.wire.IpAddress;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table of routes, held against a look at all of them. */
class RouteTableTest {
  private final Random random = new Random(1);

  private static Route route(String prefix, String adapter) {
    return new Route(Prefix.parse(prefix), new RouteTarget(adapter, null), false);
  }

  @Test
  void longestPrefix_isFound_asByALookAtAllRoutes() {
    RouteTable table = RouteTable.EMPTY;
    List<Route> all = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      IpAddress address = address(i % 2 == 0);
      Prefix prefix = Prefix.of(address, random.nextInt(8 * address.byteLength() + 1));
      if (table.of(prefix) == null) {
        Route route = new Route(prefix, new RouteTarget("a" + i % 3, null), false);
        table = table.with(route);
        all.add(route);
      }
    }
    for (int i = 0; i < 4_000; i++) {
      IpAddress address = address(i % 2 == 0);
      assertEquals(slowly(all, address), table.find(address), address.toString());
    }
    assertEquals(3, table.firstOfEach().size());
  }

  /** Of few different bytes, so that many prefixes hold it. */
  private IpAddress address(boolean v6) {
    byte[] bytes = new byte[v6 ? 16 : 4];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(4) == 0 ? 0x80 >> random.nextInt(8) : 0);
    }
    return IpAddress.of(bytes);
  }

  private static Route slowly(List<Route> all, IpAddress address) {
    Route best = null;
    for (Route route : all) {
      IpAddress first = route.prefix().address();
      int rest = 8 * first.byteLength() - route.prefix().bits();
      boolean within =
          first.isV6() == address.isV6() && above(first, rest).equals(above(address, rest));
      if (within && (best == null || best.prefix().bits() < route.prefix().bits())) {
        best = route;
      }
    }
    return best;
  }

  private static BigInteger above(IpAddress address, int bits) {
    return new BigInteger(1, address.toBytes()).shiftRight(bits);
  }

  @Test
  void familiesAreApart_andWhatIsRemovedIsGone() {
    RouteTable table = RouteTable.EMPTY.with(route("0.0.0.0/0", "a")).with(route("::/0", "b"));
    assertEquals("a", table.find(IpAddress.parse("10.0.0.1")).target().name());
    assertEquals("b", table.find(IpAddress.parse("fd00::1")).target().name());
    table = table.without(Prefix.parse("::/0"));
    assertNull(table.find(IpAddress.parse("fd00::1")));
    assertEquals("a", table.find(IpAddress.parse("10.0.0.1")).target().name());
  }
}
