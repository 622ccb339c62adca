package dev.jktcp.proof.sim;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** How often each kind came about. A value as far as comparisons go. */
final class Tally {
  private final long[] counts = new long[Kind.values().length];
  private final int[] seeds = new int[Kind.values().length]; // of those added up

  void add(Kind kind) {
    add(kind, 1);
  }

  void add(Kind kind, long times) {
    counts[kind.ordinal()] += times;
  }

  /** Another seed's. */
  void addAll(Tally other) {
    for (Kind kind : Kind.values()) {
      add(kind, other.of(kind));
      seeds[kind.ordinal()] += other.of(kind) > 0 ? 1 : 0;
    }
  }

  long of(Kind kind) {
    return counts[kind.ordinal()];
  }

  /** Kinds that came about in fewer seeds than that. */
  Set<Kind> rarerThan(int least) {
    Set<Kind> rare = EnumSet.noneOf(Kind.class);
    for (Kind kind : Kind.values()) {
      if (seeds[kind.ordinal()] < least) {
        rare.add(kind);
      }
    }
    return rare;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tally tally && Arrays.equals(counts, tally.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  /** Those that came about, and in how many of the seeds that were added up. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    int shown = 0;
    for (Kind kind : Kind.values()) {
      if (of(kind) > 0) {
        String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        int in = seeds[kind.ordinal()];
        String where = in > 0 ? name + ", " + in : name;
        out.append(String.format(Locale.ROOT, "%9d %-38s", of(kind), where));
        out.append(++shown % 3 == 0 ? "\n" : "");
      }
    }
    return out.toString().stripTrailing();
  }
}
