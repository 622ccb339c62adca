package dev.jktcp.sim;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** How often each kind came about. A value as far as comparisons go. */
final class Tally {
  private final long[] counts = new long[Kind.values().length];

  void add(Kind kind) {
    add(kind, 1);
  }

  void add(Kind kind, long times) {
    counts[kind.ordinal()] += times;
  }

  void addAll(Tally other) {
    for (Kind kind : Kind.values()) {
      add(kind, other.of(kind));
    }
  }

  long of(Kind kind) {
    return counts[kind.ordinal()];
  }

  /** Kinds that never came about. */
  Set<Kind> missing() {
    Set<Kind> missing = EnumSet.noneOf(Kind.class);
    for (Kind kind : Kind.values()) {
      if (of(kind) == 0) {
        missing.add(kind);
      }
    }
    return missing;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tally tally && Arrays.equals(counts, tally.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  /** Those that came about, four a line. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    int shown = 0;
    for (Kind kind : Kind.values()) {
      if (of(kind) > 0) {
        String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        out.append(String.format(Locale.ROOT, "%9d %-30s", of(kind), name));
        out.append(++shown % 3 == 0 ? "\n" : "");
      }
    }
    return out.toString().stripTrailing();
  }
}
