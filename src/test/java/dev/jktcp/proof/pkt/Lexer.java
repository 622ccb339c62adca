package dev.jktcp.proof.pkt;

import dev.jktcp.proof.pkt.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a script into tokens: of all that could stand at a place, the longest wins. */
final class Lexer {
  private static final String HEX4 = "[0-9a-fA-F]{1,4}";
  private static final String V4 = "[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+";

  /**
   * Looser than addresses are, but never what a range of sequence numbers is: it has two colons in
   * a row, or seven.
   */
  private static final String V6 =
      "(?:(?:"
          + HEX4
          + ":){7}"
          + HEX4
          + "|(?:"
          + HEX4
          + "(?::"
          + HEX4
          + "){0,6})?::(?:(?:"
          + HEX4
          + ":){0,5}(?:"
          + V4
          + "|"
          + HEX4
          + "))?)";

  private static final Pattern OPTION_VALUE =
      Pattern.compile("=((?:\"[^\"]*\"|`[^`]*`|[^\\s\"`])*)");

  private record Rule(Kind kind, Pattern pattern) {}

  private static final List<Rule> RULES =
      List.of(
          rule(Kind.ELLIPSIS, "[.][.][.]"),
          rule(Kind.OPTION, "--[a-zA-Z0-9_]+"),
          rule(Kind.FLOAT, "-?[0-9]*[.][0-9]+"),
          rule(Kind.INTEGER, "-?[0-9]+"),
          rule(Kind.HEX, "0x[0-9a-fA-F]+"),
          rule(Kind.WORD, "[a-zA-Z0-9_]+"),
          rule(Kind.STRING, "\"(?:\\\\.|[^\"\\\\])*+\""),
          rule(Kind.BACK_QUOTED, "`(?:\\\\.|[^`\\\\])*+`"),
          rule(Kind.ADDRESS, V4),
          rule(Kind.ADDRESS, V6));

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;

  private Lexer(String text) {
    this.text = text;
  }

  private static Rule rule(Kind kind, String regex) {
    return new Rule(kind, Pattern.compile(regex, Pattern.DOTALL));
  }

  /**
   * @throws SkippedException for {@link SkipReason#SYNTAX}
   */
  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(Conditionals.resolve(text));
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        move(at + 1);
      } else if (text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        move(end < 0 ? text.length() : end);
      } else if (text.startsWith("/*", at)) {
        move(closing("*/", at + 2));
      } else if (text.startsWith("%{", at)) {
        int end = closing("}%", at + 2);
        add(Kind.CODE, text.substring(at + 2, end - 2), end);
      } else {
        longest();
        optionValue();
      }
    }
    tokens.add(new Token(Kind.END, "", line, 0));
  }

  /** One unbroken run of characters, or what a quote holds together. */
  private void optionValue() {
    if (tokens.get(tokens.size() - 1).is(Kind.OPTION)) {
      Matcher value = OPTION_VALUE.matcher(text).region(at, text.length());
      if (value.lookingAt()) {
        add(Kind.OPTION_VALUE, value.group(1), value.end());
      }
    }
  }

  private int closing(String mark, int from) {
    int end = text.indexOf(mark, from);
    if (end < 0) {
      throw new SkippedException(SkipReason.SYNTAX, line, "no " + mark + " to the end");
    }
    return end + mark.length();
  }

  private void longest() {
    Kind kind = Kind.SIGN;
    int end = at;
    for (Rule rule : RULES) {
      Matcher matcher = rule.pattern.matcher(text).region(at, text.length());
      if (matcher.lookingAt() && matcher.end() > end) {
        kind = rule.kind;
        end = matcher.end();
      }
    }
    end = Math.max(end, at + 1);
    String found = text.substring(at, end);
    add(
        kind,
        switch (kind) {
          case OPTION -> found.substring(2);
          case STRING, BACK_QUOTED -> found.substring(1, found.length() - 1);
          default -> found;
        },
        end);
  }

  private void add(Kind kind, String found, int end) {
    long value = 0;
    try {
      if (kind == Kind.INTEGER) {
        value = Long.parseLong(found);
      } else if (kind == Kind.HEX) {
        value = Long.parseUnsignedLong(found.substring(2), 16);
      }
    } catch (NumberFormatException e) {
      kind = Kind.WORD; // as long as this only a blob of hex digits is
    }
    tokens.add(new Token(kind, found, line, value));
    move(end);
  }

  private void move(int to) {
    for (; at < to; at++) {
      if (text.charAt(at) == '\n') {
        line++;
      }
    }
  }
}
