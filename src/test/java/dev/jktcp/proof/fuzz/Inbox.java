package dev.jktcp.proof.fuzz;

import java.util.BitSet;

/**
 * What a peer has sent, by its place in the stream, and what the stack must have of that: in order
 * and acknowledged, or held ahead of a hole.
 */
final class Inbox {
  // Segments ahead of a hole that nobody may let go of; a stack need not keep any number of pieces.
  private static final int FEW = 30;

  private final BitSet sent = new BitSet();
  private final BitSet fins = new BitSet(); // where the peer said that it ended
  private final BitSet taken = new BitSet(); // surely
  private boolean ended;
  private int ahead; // segments that came ahead of a hole

  void clear() {
    sent.clear();
    fins.clear();
    taken.clear();
    ended = false;
    ahead = 0;
  }

  void onSent(int at, int length, boolean fin) {
    sent.set(Math.max(0, at), Math.max(0, at + length));
    if (fin && at + length >= 0) {
      fins.set(at + length);
    }
  }

  /** Nothing follows a FIN, and which of many counts is not known here. */
  void onFin(int at) {
    ended = true;
    taken.clear(Math.max(0, at), Math.max(taken.length(), Math.max(0, at)));
  }

  /** A segment that is valid in all, to be taken within the window. */
  void onTaken(int from, int to, boolean ofHole) {
    ahead += ofHole ? 1 : 0;
    if (!ended && from < to && (!ofHole || ahead <= FEW)) {
      taken.set(from, to);
    }
  }

  /** How much of the stream came without a hole. */
  int whole() {
    return sent.nextClearBit(0);
  }

  /** Where it ended, if it did there or before; else -2. */
  int endBefore(int at) {
    int fin = fins.previousSetBit(at);
    return fin < 0 ? -2 : fin;
  }

  /**
   * @param next how much of the stream is acknowledged
   * @param held how much is held ahead of a hole
   */
  void check(int next, int held) {
    Checks.that(next >= taken.nextClearBit(0), next, "less than came in order");
    Checks.that(held >= ahead(taken, next), held, "less is held than came");
    Checks.that(held <= ahead(sent, next), held, "more is held than came");
  }

  private static int ahead(BitSet octets, int next) {
    return octets.get(Math.max(0, next), Math.max(next, octets.length())).cardinality();
  }
}
