package dev.jktcp.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds the known name that a mistyped one was meant to be. */
public final class Nearest {
  /** Up to a third of the letters wrong is a slip of the hand; more is another word. */
  private static final int LETTERS_PER_SLIP = 3;

  /** More than any of our lists of keys has; there may be thousands of adapter names. */
  private static final int MAX_LISTED = 40;

  private Nearest() {}

  /**
   * The known name within the fewest slips, letter case aside; the first of several.
   *
   * @return null if more than a third of the longer name would have to change
   */
  public static String to(String name, Collection<String> known) {
    String wanted = name.toLowerCase(Locale.ROOT);
    String best = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : known) {
      int slips = slips(wanted, candidate.toLowerCase(Locale.ROOT));
      int longer = Math.max(name.length(), candidate.length());
      if (slips < fewest && slips * LETTERS_PER_SLIP <= longer) {
        best = candidate;
        fewest = slips;
      }
    }
    return best;
  }

  /** {@code did you mean 'x'?} if one is near, otherwise {@code known are x, y}. */
  public static String hint(String name, Collection<String> known) {
    return hint(name, known, "'");
  }

  /** {@link #hint(String, Collection)} with other quotes. */
  public static String hint(String name, Collection<String> known, String quote) {
    String nearest = to(name, known);
    return nearest == null ? list(known) : "did you mean " + quote + nearest + quote + "?";
  }

  /** {@code known are x, y}, cut if it gets long. */
  public static String list(Collection<String> known) {
    List<String> shown = new ArrayList<>(known).subList(0, Math.min(known.size(), MAX_LISTED));
    int more = known.size() - shown.size();
    return "known are " + String.join(", ", shown) + (more == 0 ? "" : " and " + more + " more");
  }

  /** Number of letters missing, added or wrong, and of neighbours swapped. */
  private static int slips(String a, String b) {
    int[][] of = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        of[i][j] = i == 0 || j == 0 ? i + j : 1 + Math.min(of[i - 1][j], of[i][j - 1]);
        if (i > 0 && j > 0) {
          int wrong = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
          of[i][j] = Math.min(of[i][j], of[i - 1][j - 1] + wrong);
        }
        if (isSwap(a, b, i, j)) {
          of[i][j] = Math.min(of[i][j], of[i - 2][j - 2] + 1);
        }
      }
    }
    return of[a.length()][b.length()];
  }

  /** Whether the last two letters of one are those of the other, swapped. */
  private static boolean isSwap(String a, String b, int i, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
