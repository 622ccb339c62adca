package dev.jktcp.proof.pkt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of Python that scripts use to look at a connection: assertions and assignments over
 * numbers, with comparisons that chain. Prints say nothing and are passed over. Variables live as
 * long as the script.
 */
final class Snippet {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:([0-9]+\\.[0-9]*|0[xX][0-9a-fA-F]+|[0-9]+)|([A-Za-z_][A-Za-z_0-9]*)"
              + "|('(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")"
              + "|(//|<<|>>|<=|>=|==|!=|[-+*/%&|<>()=,]))");

  /** Where names come from that the script did not assign. */
  private final Function<String, Double> names;

  private final Map<String, Double> variables = new HashMap<>();
  private int line;
  private List<String> tokens;
  private int at;

  /**
   * @param names gives null for what it does not know
   */
  Snippet(Function<String, Double> names) {
    this.names = names;
  }

  /**
   * @throws FailedException when an assertion does not hold
   * @throws SkippedException for {@link SkipReason#CODE} or {@link SkipReason#INFO_FIELD}
   */
  void run(String text, int startLine) {
    line = startLine;
    boolean any = false;
    for (String row : text.replaceAll("\\\\\n", " ").split("\n")) {
      for (String statement : statements(row)) {
        any |= !statement.isBlank();
        try {
          statement(statement.trim());
        } catch (StackOverflowError e) {
          throw unknown("brackets too deep");
        }
      }
    }
    if (!any) {
      throw unknown("no statement");
    }
  }

  /** Of one row, cut at semicolons that are not quoted; without its comment. */
  private static List<String> statements(String row) {
    List<String> found = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    char quote = 0;
    for (char c : row.toCharArray()) {
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '#') {
        break;
      } else if (c == ';') {
        found.add(current.toString());
        current.setLength(0);
        continue;
      }
      current.append(c);
    }
    found.add(current.toString());
    return found;
  }

  private void statement(String text) {
    if (text.isEmpty()) {
      return;
    }
    if (text.startsWith("print(") || text.startsWith("print ")) {
      tokenize(text.substring("print".length()));
      said(0);
      return;
    }
    Matcher assignment = Pattern.compile("([A-Za-z_]\\w*)\\s*([-+]?)=(?!=)(.*)").matcher(text);
    if (text.startsWith("assert") && text.length() > 6 && " (".indexOf(text.charAt(6)) >= 0) {
      tokenize(text.substring(6));
      boolean holds = disjunction() != 0;
      if (at < tokens.size() && !tokens.get(at).equals(",")) {
        throw unknown(text);
      }
      said(at);
      if (!holds) {
        throw new FailedException(line, text, described());
      }
    } else if (assignment.matches()) {
      tokenize(assignment.group(3));
      double value = disjunction();
      if (at < tokens.size()) {
        throw unknown(text);
      }
      double before = assignment.group(2).isEmpty() ? 0 : name(assignment.group(1));
      variables.put(
          assignment.group(1), assignment.group(2).equals("-") ? before - value : before + value);
    } else {
      throw unknown(text);
    }
  }

  /** What is only said must be Python all the same: known names, brackets that close. */
  private void said(int from) {
    int depth = 0;
    boolean closed = false;
    for (String token : tokens.subList(from, tokens.size())) {
      if (closed && from == 0 && tokens.get(0).equals("(")) {
        throw unknown("something behind print(…)");
      }
      depth += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
      closed = depth == 0 && token.equals(")");
      if (depth < 0) {
        throw unknown("a bracket that is not open");
      }
      char first = token.charAt(0);
      if ((Character.isLetter(first) || first == '_') && !isWord(token) && !token.equals("str")) {
        name(token);
      }
    }
    if (depth != 0) {
      throw unknown("a bracket that is not closed");
    }
  }

  /** The names of the assertion with what they stand for. */
  private String described() {
    StringBuilder out = new StringBuilder();
    for (String token : tokens) {
      if (token.equals(",")) {
        break;
      }
      boolean isName = Character.isLetter(token.charAt(0)) && !isWord(token);
      String text = isName ? token + "=" + show(name(token)) : "";
      if (!text.isEmpty() && out.indexOf(text) < 0) {
        out.append(out.length() == 0 ? "" : " ").append(text);
      }
    }
    return out.toString();
  }

  private static boolean isWord(String token) {
    return List.of("and", "or", "not", "abs", "True", "False").contains(token);
  }

  private static String show(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private void tokenize(String text) {
    tokens = new ArrayList<>();
    at = 0;
    Matcher matcher = TOKEN.matcher(text);
    int end = 0;
    while (end < text.length() && !text.substring(end).isBlank()) {
      if (!matcher.region(end, text.length()).lookingAt()) {
        throw unknown(text);
      }
      tokens.add(matcher.group().trim());
      end = matcher.end();
    }
  }

  // --- expressions, loosest first

  private double disjunction() {
    double left = conjunction();
    while (skip("or")) {
      double right = conjunction();
      left = left != 0 ? left : right;
    }
    return left;
  }

  private double conjunction() {
    double left = negation();
    while (skip("and")) {
      double right = negation();
      left = left == 0 ? left : right;
    }
    return left;
  }

  private double negation() {
    return skip("not") ? (negation() == 0 ? 1 : 0) : comparison();
  }

  private double comparison() {
    double left = bits();
    if (!isComparison(peek())) {
      return left;
    }
    boolean holds = true;
    while (isComparison(peek())) {
      String sign = tokens.get(at++);
      double right = bits();
      holds &=
          switch (sign) {
            case "<" -> left < right;
            case "<=" -> left <= right;
            case ">" -> left > right;
            case ">=" -> left >= right;
            case "==" -> left == right;
            default -> left != right;
          };
      left = right;
    }
    return holds ? 1 : 0;
  }

  private static boolean isComparison(String token) {
    return List.of("<", "<=", ">", ">=", "==", "!=").contains(token);
  }

  private double bits() {
    double left = bothBits();
    while (skip("|")) {
      long right = whole(bothBits());
      left = whole(left) | right;
    }
    return left;
  }

  private double bothBits() {
    double left = shifted();
    while (skip("&")) {
      long right = whole(shifted());
      left = whole(left) & right;
    }
    return left;
  }

  /** Python's operators on bits take no fractions. */
  private long whole(double value) {
    if (value != Math.rint(value) || Math.abs(value) > 1L << 52) {
      throw unknown("no whole number: " + value);
    }
    return (long) value;
  }

  private double shifted() {
    double left = sum();
    while (peek().equals("<<") || peek().equals(">>")) {
      boolean up = tokens.get(at++).equals("<<");
      long by = whole(sum());
      if (by < 0 || by > 52) {
        throw unknown("a shift by " + by);
      }
      left = up ? left * (1L << by) : whole(left) >> by;
    }
    return left;
  }

  private double sum() {
    double left = product();
    while (peek().equals("+") || peek().equals("-")) {
      boolean plus = tokens.get(at++).equals("+");
      double right = product();
      left = plus ? left + right : left - right;
    }
    return left;
  }

  private double product() {
    double left = atom();
    while (List.of("*", "/", "//", "%").contains(peek())) {
      String sign = tokens.get(at++);
      double right = atom();
      if (right == 0 && !sign.equals("*")) {
        throw new FailedException(line, "no division by zero", described());
      }
      left =
          switch (sign) {
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            default -> left - right * Math.floor(left / right);
          };
    }
    return left;
  }

  private double atom() {
    String token = peek();
    at++;
    if (token.equals("(")) {
      double value = disjunction();
      if (!skip(")")) {
        throw unknown("a bracket that is not closed");
      }
      return value;
    }
    if (token.equals("-")) {
      return -atom();
    }
    if (token.equals("abs") && peek().equals("(")) {
      return Math.abs(atom());
    }
    if (token.isEmpty() || token.startsWith("'") || token.startsWith("\"")) {
      throw unknown("no number: " + token);
    }
    if (Character.isDigit(token.charAt(0))) {
      if (token.matches("0[0-9]+")) {
        throw unknown("no number of Python: " + token);
      }
      return token.contains(".") ? Double.parseDouble(token) : Long.decode(token);
    }
    if (!Character.isLetter(token.charAt(0)) && token.charAt(0) != '_') {
      throw unknown("no number: " + token);
    }
    return name(token);
  }

  private double name(String name) {
    Double value = variables.get(name);
    if (value == null) {
      value = names.apply(name);
    }
    if (value == null) {
      throw new SkippedException(
          name.startsWith("tcpi_") ? SkipReason.INFO_FIELD : SkipReason.CODE, line, name);
    }
    return value;
  }

  private String peek() {
    return at < tokens.size() ? tokens.get(at) : "";
  }

  private boolean skip(String token) {
    boolean found = peek().equals(token);
    at += found ? 1 : 0;
    return found;
  }

  private SkippedException unknown(String what) {
    return new SkippedException(SkipReason.CODE, line, what);
  }
}
