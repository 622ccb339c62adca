package dev.jktcp.impl.frame;

import java.util.BitSet;

/**
 * The channels that the other side has opened, so that a first frame that comes late or twice does
 * not open its channel again. Ids grow by one, and all ids below a floor count as seen.
 */
public final class SeenIds {
  /** Ids further above the floor are refused: 8 KiB of bits. */
  static final int MAX_SPAN = 65_536;

  private final BitSet seen = new BitSet();
  private long floor = 1;

  public SeenIds() {}

  /**
   * @param id 1 or more
   * @return whether the id is new; false as well if it is too far above the floor
   */
  public boolean add(long id) {
    if (id < floor || id - floor >= MAX_SPAN) {
      return false;
    }
    int at = (int) (id - floor);
    if (seen.get(at)) {
      return false;
    }
    seen.set(at);
    return true;
  }

  /** The other side opens no channel below this floor any more. */
  public void raiseFloor(long newFloor) {
    long up = newFloor - floor;
    if (up <= 0) {
      return;
    }
    if (up >= seen.length()) {
      seen.clear();
    } else {
      BitSet rest = seen.get((int) up, seen.length());
      seen.clear();
      seen.or(rest);
    }
    floor = newFloor;
  }
}
