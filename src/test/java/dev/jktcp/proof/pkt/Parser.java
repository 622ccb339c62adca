package dev.jktcp.proof.pkt;

import dev.jktcp.proof.pkt.Script.Event;
import dev.jktcp.proof.pkt.Script.Option;
import dev.jktcp.proof.pkt.Timing.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Reads packetdrill's script language: options, then events with their times. Recursive descent, a
 * method a rule.
 */
final class Parser {
  private static final String FLAG_LETTERS = "FSRPUEWA";
  private static final long MAX_U32 = 0xffff_ffffL;

  private List<Token> tokens;
  private int at;

  private Parser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /**
   * @throws SkippedException for {@link SkipReason#SYNTAX}, with the line
   */
  static Script parse(String text) {
    return parse(text, List.of());
  }

  /**
   * @param defined {@code NAME=value}, as {@code --define} has it, from outside the script
   */
  static Script parse(String text, List<String> defined) {
    try {
      return new Parser(Lexer.tokens(text)).script(defined);
    } catch (StackOverflowError e) {
      throw new SkippedException(SkipReason.SYNTAX, 1, "brackets too deep");
    }
  }

  private Script script(List<String> defined) {
    List<Option> options = new ArrayList<>();
    while (peek().is(Token.Kind.OPTION)) {
      options.add(option());
    }
    List<Option> definitions = new ArrayList<>();
    defined.forEach(d -> definitions.add(new Option(0, "define", d)));
    definitions.addAll(options); // the script's own win, as they do in packetdrill
    define(definitions);
    List<Event> events = new ArrayList<>();
    if (peek().is(Token.Kind.BACK_QUOTED)) {
      Token command = next();
      events.add(new Event(command.line(), Timing.NO_TIME, new Action.Command(command.text())));
    }
    while (!peek().is(Token.Kind.END)) {
      if (peek().is(Token.Kind.BACK_QUOTED)) { // without a time: what cleans up
        Token command = next();
        expectEnd();
        events.add(new Event(command.line(), Timing.NO_TIME, new Action.Command(command.text())));
      } else {
        events.add(event());
      }
    }
    boolean checks = events.stream().anyMatch(e -> !(e.action() instanceof Action.Command));
    if (!checks) {
      throw error(peek(), "no packet and no call");
    }
    checkTimes(events);
    return new Script(options, events);
  }

  private static void checkTimes(List<Event> events) {
    long before = 0;
    boolean first = true;
    for (Event event : events) {
      boolean timed = event.timing().kind() != Kind.NONE;
      if (first && timed && event.timing().fromUs() != 0) {
        throw new SkippedException(SkipReason.SYNTAX, event.line(), "the first event is not at 0");
      }
      first &= !timed;
      boolean absolute =
          event.timing().kind() == Kind.ABSOLUTE || event.timing().kind() == Kind.ABSOLUTE_RANGE;
      if (absolute && event.timing().fromUs() < before) {
        throw new SkippedException(SkipReason.SYNTAX, event.line(), "time runs backwards");
      }
      before = absolute ? event.timing().fromUs() : before;
    }
  }

  private Option option() {
    Token flag = next();
    String value = "";
    if (peek().is(Token.Kind.OPTION_VALUE)) {
      value = next().text();
      if (value.isEmpty()) {
        throw error(flag, "an option without its value");
      }
    }
    return new Option(flag.line(), flag.text(), value);
  }

  /** {@code --define=NAME=value} replaces the word wherever it stands. */
  private void define(List<Option> options) {
    Map<String, Token> defined = new HashMap<>();
    for (Option option : options) {
      int sign = option.value().indexOf('=');
      if (option.name().equals("define") && sign > 0) {
        List<Token> value = Lexer.tokens(option.value().substring(sign + 1));
        if (value.size() != 2) {
          throw new SkippedException(SkipReason.SYNTAX, option.line(), "--define of several words");
        }
        defined.put(option.value().substring(0, sign), value.get(0));
      }
    }
    if (!defined.isEmpty()) {
      List<Token> replaced = new ArrayList<>();
      for (Token token : tokens) {
        Token value = token.is(Token.Kind.WORD) ? defined.get(token.text()) : null;
        replaced.add(
            value == null
                ? token
                : new Token(kindOf(value), value.text(), token.line(), value.value()));
      }
      tokens = replaced;
    }
  }

  /** A defined number is an integer, whatever its base. */
  private static Token.Kind kindOf(Token defined) {
    return defined.is(Token.Kind.HEX) ? Token.Kind.INTEGER : defined.kind();
  }

  // --- events

  private Event event() {
    int line = peek().line();
    Timing timing = timing();
    Token token = peek();
    Action action;
    if (token.is("<") || token.is(">")) {
      action = packet(next().is(">"));
    } else if (token.is(Token.Kind.BACK_QUOTED)) {
      action = new Action.Command(next().text());
    } else if (token.is(Token.Kind.CODE)) {
      action = new Action.Code(next().text());
    } else if (token.is(Token.Kind.WORD) || token.is(Token.Kind.ELLIPSIS)) {
      action = call();
    } else {
      throw error(token, "what happens here?");
    }
    if ((timing.range() || timing.kind() == Kind.ANY) && !isSent(action)) {
      throw error(token, "a range of times is for packets we send");
    }
    return new Event(line, timing, action);
  }

  private static boolean isSent(Action action) {
    return action instanceof Action.Tcp tcp && tcp.out()
        || action instanceof Action.Icmp icmp && icmp.out()
        || action instanceof Action.Other;
  }

  private Timing timing() {
    if (peek().is("*")) {
      next();
      return new Timing(Kind.ANY, 0, 0);
    }
    boolean relative = peek().is("+");
    if (relative) {
      next();
    }
    long from = time();
    if (!peek().is("~")) {
      return new Timing(relative ? Kind.RELATIVE : Kind.ABSOLUTE, from, from);
    }
    next();
    if (relative) {
      expect("+");
    }
    Token at = peek();
    long to = time();
    if (to < from) {
      throw error(at, "a range of times that runs backwards");
    }
    return new Timing(relative ? Kind.RELATIVE_RANGE : Kind.ABSOLUTE_RANGE, from, to);
  }

  private long time() {
    Token token = next();
    if (!token.is(Token.Kind.FLOAT) && !token.is(Token.Kind.INTEGER)
        || token.text().startsWith("-")) {
      throw error(token, "a time is expected");
    }
    return Math.round(Double.parseDouble(token.text()) * 1e6);
  }

  // --- packets

  private Action packet(boolean out) {
    if (peek().is("[") && peekAt(1).isInteger()) { // the older way: what it quotes comes first
      next();
      Range quoted = quoted();
      if (!peek().is("icmp")) {
        throw error(peek(), "icmp is expected behind what it quotes");
      }
      return icmp(out, Action.IpBits.NONE, quoted);
    }
    Action.IpBits ip = ipBits(out);
    Token token = peek();
    if (token.is("ipv4")
        || token.is("ipv6")
        || token.is("gre")
        || token.is("GREv0")
        || token.is("mpls")
        || token.is("encap")) {
      return tunnelled(out);
    }
    if (token.is("icmp")) {
      return icmp(out, ip, null);
    }
    boolean ports = peek().isInteger() && peekAt(1).is(">");
    if (ports) {
      next();
      next();
      number(65_535);
    }
    if (token.is("udp")) {
      next();
      if (peek().isInteger()) {
        next();
        expect(">");
        number(65_535);
      }
      expect("(");
      number(65_535);
      expect(")");
      return new Action.Other(SkipReason.PROTOCOL, "udp");
    }
    Action.Tcp tcp = tcp(out, ip);
    return ports ? new Action.Other(SkipReason.PORTS, "its own ports") : tcp;
  }

  /** A tunnel's headers; what is in the tunnel is read, but never played. */
  private Action tunnelled(boolean out) {
    Token first = next();
    if (first.is("encap")) {
      while (!peek().isInteger()) {
        next();
      }
      next();
    } else {
      int depth = 0;
      while (depth > 0 || !peek().is(":") || first.is("ipv6") && peek().is(Token.Kind.ADDRESS)) {
        Token token = next();
        depth += token.is("(") || token.is("[") ? 1 : token.is(")") || token.is("]") ? -1 : 0;
      }
      expect(":");
    }
    packet(out);
    return new Action.Other(SkipReason.PROTOCOL, first.text());
  }

  private Action.IpBits ipBits(boolean out) {
    boolean square = peek().is("[");
    if (!square && !(peek().is("(") && peekAt(1).is(Token.Kind.WORD))) {
      return Action.IpBits.NONE;
    }
    next();
    int tos = -1;
    int mask = 0;
    boolean ect01 = false;
    int ttl = -1;
    int label = -1;
    do {
      Token token = next();
      boolean again =
          switch (token.text()) {
            case "ttl", "hlim" -> ttl >= 0;
            case "flowlabel" -> label >= 0;
            default -> tos >= 0 || ect01;
          };
      if (again) {
        throw error(token, "said twice");
      }
      switch (token.text()) {
        case "noecn", "ect1", "ect0", "ce" -> {
          tos = List.of("noecn", "ect1", "ect0", "ce").indexOf(token.text());
          mask = 3;
        }
        case "ect01" -> {
          if (!out) {
            throw error(token, "ect01 is for packets we send");
          }
          ect01 = true;
        }
        case "tos", "class" -> {
          tos = (int) hexNumber(255);
          mask = 255;
        }
        case "ttl", "hlim" -> ttl = (int) number(255);
        case "flowlabel" -> label = (int) hexNumber(0xfffff);
        default -> throw error(token, "not a part of the IP header");
      }
    } while (skipIf(","));
    expect(square ? "]" : ")");
    return new Action.IpBits(tos, mask, ect01, ttl, label);
  }

  private Action.Tcp tcp(boolean out, Action.IpBits ip) {
    Token token = peek();
    String flags = "";
    int ace = -1;
    if (token.is("-")) {
      next();
    } else {
      if (token.is(Token.Kind.WORD)) {
        flags = next().text();
      }
      if (peek().is(Token.Kind.FLOAT)) { // ".5": ACK, and the counter of AccECN
        Token counted = next();
        if (!counted.text().matches("[.][0-7]") || flags.matches(".*[EWA].*")) {
          throw error(counted, "the counter of AccECN is one digit up to 7");
        }
        ace = counted.text().charAt(1) - '0';
        flags += '.';
      } else if (peek().is(".")) {
        next();
        flags += '.';
      }
      if (flags.isEmpty()) {
        throw error(token, "TCP flags are expected");
      }
    }
    for (char letter : flags.toCharArray()) {
      if (letter != '.' && FLAG_LETTERS.indexOf(letter) < 0) {
        throw error(token, "no TCP flag: " + letter);
      }
    }
    Range range = out && skipIf(Token.Kind.ELLIPSIS) ? anyRange() : range();
    boolean absolute = skipIf("!"); // of NPLab's dialect, as the datagram at the end is
    long ack = skipIf("ack") ? number(MAX_U32) : 0;
    int window = skipIf("win") ? (int) number(65_535) : -1;
    if (window < 0 && !out) {
      throw error(peek(), "a packet that arrives must have its window");
    }
    int urgent = skipIf("urg") ? (int) number(65_535) : 0;
    List<TcpOption> options = List.of();
    if (peek().is("<") && !peekAt(1).is("[")) {
      Token open = next();
      if (skipIf(Token.Kind.ELLIPSIS)) {
        if (!out) {
          throw error(open, "<...> is for packets we send");
        }
        options = null;
      } else {
        options = tcpOptions();
      }
      expect(">");
    }
    int optionBytes = out ? 0 : TcpOption.encode(options).length; // ours are whole: compared
    if (optionBytes > 40 || optionBytes % 4 != 0) {
      throw error(peek(), "options of " + optionBytes + " bytes before this");
    }
    return new Action.Tcp(
        out,
        ip,
        flags,
        ace,
        range.seq,
        range.length,
        ack,
        window,
        urgent,
        options,
        absolute,
        udp());
  }

  /** {@code /udp(from > to)}: how the segment is wrapped. */
  private Action.Udp udp() {
    if (!skipIf("/")) {
      return null;
    }
    expect("udp");
    expect("(");
    int from = (int) number(65_535);
    expect(">");
    int to = (int) number(65_535);
    expect(")");
    return new Action.Udp(from, to);
  }

  private List<TcpOption> tcpOptions() {
    List<TcpOption> options = new ArrayList<>();
    do {
      options.add(tcpOption());
    } while (skipIf(","));
    return options;
  }

  private TcpOption tcpOption() {
    Token token = next();
    return switch (token.text()) {
      case "nop" -> TcpOption.of(TcpOption.NOP);
      case "eol" -> TcpOption.of(TcpOption.EOL);
      case "mss" -> TcpOption.of(TcpOption.MSS, number(65_535));
      case "wscale" -> TcpOption.of(TcpOption.WINDOW_SCALE, number(255));
      case "sackOK" -> TcpOption.of(TcpOption.SACK_PERMITTED);
      case "sack" -> sack();
      case "TS" -> {
        expect("val");
        long value = number(MAX_U32);
        expect("ecr");
        yield TcpOption.of(TcpOption.TIMESTAMPS, value, number(MAX_U32));
      }
      case "md5" -> TcpOption.blob(TcpOption.MD5, hex(token));
      case "FO" -> TcpOption.blob(TcpOption.FAST_OPEN, hex(token));
      case "FOEXP" -> {
        byte[] cookie = hex(token);
        byte[] content = new byte[2 + cookie.length];
        content[0] = (byte) 0xf9; // RFC 7413 appendix: the experiment's magic
        content[1] = (byte) 0x89;
        System.arraycopy(cookie, 0, content, 2, cookie.length);
        yield TcpOption.blob(TcpOption.EXPERIMENT, content);
      }
      case "ECN" -> accEcn(token);
      default -> throw error(token, "no TCP option");
    };
  }

  private TcpOption sack() {
    List<Long> values = new ArrayList<>();
    do {
      values.add(number(MAX_U32));
      expect(":");
      values.add(number(MAX_U32));
    } while (peek().isInteger());
    return new TcpOption(TcpOption.SACK, List.copyOf(values));
  }

  /** The counters of AccECN, three bytes each; the first one named tells the option's kind. */
  private TcpOption accEcn(Token option) {
    int kind = peek().is("e1b") ? TcpOption.ACC_ECN_1 : TcpOption.ACC_ECN_0;
    List<Long> values = new ArrayList<>();
    while (peek().is("e0b") || peek().is("e1b") || peek().is("ceb")) {
      next();
      long value = number(0xff_ffff);
      values.add(value >> 16);
      values.add(value >> 8 & 255);
      values.add(value & 255);
    }
    if (values.isEmpty()) {
      throw error(option, "ECN without a counter");
    }
    return new TcpOption(kind, List.copyOf(values));
  }

  private byte[] hex(Token option) {
    if (!peek().is(Token.Kind.WORD) && !peek().is(Token.Kind.INTEGER)) {
      return new byte[0];
    }
    String text = next().text();
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw error(option, "no hex bytes: " + text);
    }
  }

  /** The sequence numbers that a segment takes. */
  private record Range(long seq, int length, Action.Udp udpOrNull) {}

  /** Of what an ICMP message quotes: behind the bracket, up to and with the one that closes it. */
  private Range quoted() {
    Range range = range();
    Action.Udp udp = udp();
    expect("]");
    return new Range(range.seq, range.length, udp);
  }

  /** {@code ...(length)}. */
  private Range anyRange() {
    expect("(");
    int length = (int) number(65_535);
    expect(")");
    return new Range(-1, length, null);
  }

  private Range range() {
    long seq = number(MAX_U32);
    expect(":");
    Token endToken = peek();
    long end = number(MAX_U32);
    expect("(");
    int length = (int) number(65_535);
    expect(")");
    if (end != seq + length) {
      throw error(endToken, "the sequence numbers do not differ by the length");
    }
    return new Range(seq, length, null);
  }

  private Action icmp(boolean out, Action.IpBits ip, Range before) {
    next();
    String type = word();
    String code = peek().is(Token.Kind.WORD) && !isIcmpWord(peek()) ? next().text() : null;
    int mtu = -1;
    boolean tcp = true;
    Range quoted = before == null ? new Range(0, 0, null) : before;
    if (skipIf("mtu")) {
      if (!Icmp.hasMtu(type, code)) {
        throw error(peek(), "no message with an mtu");
      }
      mtu = (int) number(Integer.MAX_VALUE);
    }
    if (skipIf("id")) {
      if (!type.startsWith("echo")) {
        throw error(peek(), "no message with an id");
      }
      number(65_535);
    }
    if (before == null && skipIf("[")) {
      if (peek().is("udp") || peek().is("raw")) {
        next();
        tcp = false;
        expect("(");
        number(65_535);
        expect(")");
        expect("]");
      } else {
        quoted = quoted();
      }
    }
    return new Action.Icmp(
        out, ip, type, code, mtu, quoted.seq, quoted.length, tcp, quoted.udpOrNull);
  }

  private static boolean isIcmpWord(Token token) {
    return token.is("mtu") || token.is("id");
  }

  // --- calls

  private Action.Call call() {
    long end = -1;
    if (skipIf(Token.Kind.ELLIPSIS)) {
      end = time();
    }
    String name = word();
    expect("(");
    List<Expr> arguments = peek().is(")") ? List.of() : list();
    expect(")");
    expect("=");
    Expr result = expression();
    String errno = null;
    if (peek().is(Token.Kind.WORD)) {
      errno = next().text();
      note();
    }
    if (peek().is("(")) {
      note();
    }
    return new Action.Call(name, end, arguments, result, errno);
  }

  /** Words in brackets that explain and say nothing. */
  private void note() {
    int line = peek().line();
    expect("(");
    while (!peek().is(")")) {
      Token token = next();
      boolean word = token.is(Token.Kind.WORD) || token.isInteger();
      boolean sign = token.is(Token.Kind.SIGN) && "|,'-.:/>".contains(token.text());
      if (token.line() != line || !(word || sign) || token.is(">") && !peek().isInteger()) {
        throw error(token, "not a word of a note");
      }
    }
    next();
  }

  private List<Expr> list() {
    List<Expr> items = new ArrayList<>();
    do {
      items.add(expression());
    } while (skipIf(","));
    return items;
  }

  private Expr expression() {
    Expr left = primary();
    while (peek().is("|")) {
      next();
      left = new Expr.Or(left, primary());
    }
    return left;
  }

  private Expr primary() {
    Token token = next();
    return switch (token.kind()) {
      case ELLIPSIS -> new Expr.Any();
      case INTEGER, HEX -> new Expr.Num(token.value());
      case STRING -> text(token);
      case WORD -> wordExpression(token);
      case SIGN -> bracketed(token);
      default -> throw error(token, "a value is expected");
    };
  }

  private Expr text(Token first) {
    StringBuilder text = new StringBuilder(first.text());
    while (peek().is(Token.Kind.STRING)) {
      text.append(next().text());
    }
    skipIf(Token.Kind.ELLIPSIS);
    return new Expr.Text(text.toString());
  }

  private Expr wordExpression(Token word) {
    if (skipIf("=")) {
      return new Expr.Assigned(word.text(), expression());
    }
    if (skipIf("(")) {
      List<Expr> arguments = peek().is(")") ? List.of() : list();
      expect(")");
      return new Expr.Of(word.text(), arguments);
    }
    return new Expr.Word(word.text());
  }

  private Expr bracketed(Token open) {
    if (open.is("[")) {
      List<Expr> items = peek().is("]") ? List.of() : list();
      expect("]");
      return new Expr.Array(items);
    }
    if (!open.is("{")) {
      throw error(open, "a value is expected");
    }
    boolean named = peek().is(Token.Kind.WORD) && (peekAt(1).is("=") || peekAt(1).is("("));
    Expr value;
    if (named) {
      value = struct();
    } else if (peek().is("}")) {
      value = new Expr.Group(List.of());
    } else if (peek().is("(") || peek().is("flags")) {
      value = unplayed();
    } else {
      value = new Expr.Group(list());
    }
    expect("}");
    return value;
  }

  private Expr.Struct struct() {
    List<Expr.Field> fields = new ArrayList<>();
    do {
      String name = word();
      Expr argument = null;
      if (skipIf("(")) {
        argument = expression();
        expect(")");
      }
      expect("=");
      fields.add(new Expr.Field(name, argument, expression()));
    } while (skipIf(","));
    return new Expr.Struct(fields);
  }

  /** Labels and headers of tunnels: read over, so that the script is skipped for its call. */
  private Expr unplayed() {
    while (!peek().is("}")) {
      if (next().is(Token.Kind.END)) {
        throw error(peek(), "a bracket is not closed");
      }
    }
    return new Expr.Word("{…}"); // which no call understands
  }

  // --- tokens

  private Token peek() {
    return peekAt(0);
  }

  private Token peekAt(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  private Token next() {
    Token token = peek();
    at = Math.min(at + 1, tokens.size() - 1);
    if (token.is(Token.Kind.END) && at == tokens.size() - 1 && ended++ > 0) {
      throw error(token, "more is expected");
    }
    return token;
  }

  private int ended;

  private boolean skipIf(String sign) {
    if (peek().is(sign)) {
      next();
      return true;
    }
    return false;
  }

  private boolean skipIf(Token.Kind kind) {
    if (peek().is(kind)) {
      next();
      return true;
    }
    return false;
  }

  private void expect(String sign) {
    Token token = next();
    if (!token.is(sign)) {
      throw error(token, "'" + sign + "' is expected");
    }
  }

  private void expectEnd() {
    if (!peek().is(Token.Kind.END)) {
      throw error(peek(), "an event without its time");
    }
  }

  private String word() {
    Token token = next();
    if (!token.is(Token.Kind.WORD)) {
      throw error(token, "a name is expected");
    }
    return token.text();
  }

  private long number(long most) {
    return number(Token.Kind.INTEGER, most);
  }

  private long hexNumber(long most) {
    return number(Token.Kind.HEX, most);
  }

  private long number(Token.Kind kind, long most) {
    Token token = next();
    if (!token.is(kind)) {
      throw error(token, kind == Token.Kind.HEX ? "0x is expected" : "a number is expected");
    }
    if (token.value() < 0 || token.value() > most) {
      throw error(token, "must be 0 to " + most);
    }
    return token.value();
  }

  private static SkippedException error(Token token, String what) {
    return new SkippedException(SkipReason.SYNTAX, token.line(), token.show() + ": " + what);
  }
}
