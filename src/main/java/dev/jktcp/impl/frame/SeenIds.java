package dev.jktcp.impl.frame;

import java.util.BitSet;

/**
 * Which channels the other side has opened, so that one whose first frame comes late or twice is
 * not opened again. Ids grow by one; those below a floor are all taken for seen.
 */
public final class SeenIds {
  /** More than this many above the floor are refused: 8 KiB of bits. */
  static final int MAX_SPAN = 65_536;

  private final BitSet seen = new BitSet();
  private long floor = 1;

  public SeenIds() {}

  /**
   * @param id 1 or more
   * @return whether it is new; one too far ahead of the floor is not
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

  /** The other side will open no channel below it. */
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
