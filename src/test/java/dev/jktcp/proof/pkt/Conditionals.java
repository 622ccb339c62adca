package dev.jktcp.proof.pkt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines {@code #ifdef NAME}, {@code #ifndef}, {@code #else} and {@code #endif} of FreeBSD's
 * test suite. Where a kernel differs from the RFCs, {@code STANDARD} marks what these ask for, and
 * the kernel's name what it does. One name at a time is defined.
 */
final class Conditionals {
  static final String STANDARD = "STANDARD";
  private static final Pattern DIRECTIVE =
      Pattern.compile("\\s*#\\s*(ifdef|ifndef|else|endif)\\b\\s*(\\w*).*");

  private Conditionals() {}

  /**
   * The text without the branches that do not count; its lines keep their numbers.
   *
   * @throws SkippedException for {@link SkipReason#SYNTAX}
   */
  static String resolve(String text) {
    return resolve(text, STANDARD);
  }

  /** The same for another name than that of the standard. */
  static String resolve(String text, String defined) {
    StringBuilder out = new StringBuilder();
    Deque<Boolean> branches = new ArrayDeque<>();
    int line = 0;
    for (String row : text.split("\n", -1)) {
      line++;
      Matcher matcher = DIRECTIVE.matcher(row);
      if (matcher.matches()) {
        switch (matcher.group(1)) {
          case "ifdef" -> branches.push(matcher.group(2).equals(defined));
          case "ifndef" -> branches.push(!matcher.group(2).equals(defined));
          case "else" -> branches.push(!open(branches, line));
          default -> open(branches, line);
        }
      } else if (!branches.contains(false)) {
        out.append(row);
      }
      out.append('\n');
    }
    if (!branches.isEmpty()) {
      throw new SkippedException(SkipReason.SYNTAX, line, "#ifdef without #endif");
    }
    return out.toString();
  }

  private static boolean open(Deque<Boolean> branches, int line) {
    if (branches.isEmpty()) {
      throw new SkippedException(SkipReason.SYNTAX, line, "no #ifdef before");
    }
    return branches.pop();
  }
}
