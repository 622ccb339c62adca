package dev.jktcp.impl.frame;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each number of a session is new once, held against a plain set. */
class SeenIdsTest {
  @Test
  void id_isNewOnce_inAnyOrder() {
    SeenIds seen = new SeenIds();
    assertTrue(seen.add(3));
    assertTrue(seen.add(1));
    assertFalse(seen.add(3));
    assertTrue(seen.add(2));
    assertFalse(seen.add(1));
  }

  @Test
  void idBelowTheFloor_isOld_thoughItWasNeverSeen() {
    SeenIds seen = new SeenIds();
    seen.add(12);
    seen.raiseFloor(10);
    assertFalse(seen.add(9));
    assertTrue(seen.add(10));
    assertFalse(seen.add(12));
    assertTrue(seen.add(13));
  }

  @Test
  void floorNeverSinks() {
    SeenIds seen = new SeenIds();
    seen.raiseFloor(100);
    seen.raiseFloor(5);
    assertFalse(seen.add(99));
    assertTrue(seen.add(100));
  }

  @Test
  void idTooFarAhead_isRefused_untilTheFloorHasRisen() {
    SeenIds seen = new SeenIds();
    assertTrue(seen.add(SeenIds.MAX_SPAN));
    assertFalse(seen.add(SeenIds.MAX_SPAN + 1));
    seen.raiseFloor(2);
    assertTrue(seen.add(SeenIds.MAX_SPAN + 1));
    assertFalse(seen.add(SeenIds.MAX_SPAN));
  }

  @Test
  void floorFarAbove_forgetsAll() {
    SeenIds seen = new SeenIds();
    for (int id = 1; id <= 1000; id++) seen.add(id);
    seen.raiseFloor(Long.MAX_VALUE - 1);
    assertFalse(seen.add(1000));
    assertTrue(seen.add(Long.MAX_VALUE - 1));
    assertTrue(seen.add(Long.MAX_VALUE));
    assertFalse(seen.add(Long.MAX_VALUE));
    assertFalse(seen.add(Long.MIN_VALUE));
    assertFalse(seen.add(0));
  }

  /** The slow and obvious thing next to it. */
  @Test
  void randomIdsAndFloors_areAsASetKnowsThem() {
    Random random = new Random(1);
    SeenIds seen = new SeenIds();
    Set<Long> known = new HashSet<>();
    long floor = 1;
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(10) == 0) {
        floor += random.nextInt(30);
        seen.raiseFloor(floor);
      }
      long id = floor - 20 + random.nextInt(200);
      assertTrue(seen.add(id) == (id >= floor && known.add(id)), "id " + id + " over " + floor);
    }
  }
}
