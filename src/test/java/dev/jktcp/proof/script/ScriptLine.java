package dev.jktcp.proof.script;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a packet script: {@code TIME > FLAGS seq:end(len) ack N win N urg N <options>}, the
 * same with {@code <}, or {@code TIME verb arguments}. A digit behind {@code >}, {@code <} or
 * {@code #} names another peer than the first.
 */
final class ScriptLine {
  enum Kind {
    SENT,
    ARRIVES,
    CALL,
    EVENT
  }

  private static final Pattern LINE = Pattern.compile("(\\d+)\\s+(?:([<>#])(\\d?)\\s*)?(.*)");
  private static final Pattern SEGMENT =
      Pattern.compile("(\\S+)\\s+(\\d+):(\\d+)\\((\\d+)\\)\\s*(.*)");
  private static final List<String> EVENTS =
      List.of("connected", "accepted", "fin", "finAcked", "urgent", "softError", "closed");

  final String text;
  final long timeMs;
  final Kind kind;
  final int peer;

  /** The verb of a call or event, its arguments behind it. */
  final String[] words;

  int flags;
  long seq;
  int length;
  Long ack;
  Integer window;
  Integer urgentPointer;
  Integer ttl;
  Integer trafficClass;
  int ecn; // the codepoint of RFC 3168 §5
  String options;
  final List<String> marks = new ArrayList<>();

  private ScriptLine(String text, long timeMs, Kind kind, int peer, String rest) {
    this.text = text;
    this.timeMs = timeMs;
    this.kind = kind;
    this.peer = peer;
    this.words = rest.split("\\s+");
  }

  static List<ScriptLine> parse(String script) {
    List<ScriptLine> lines = new ArrayList<>();
    long last = 0;
    for (String raw : script.split("\n")) {
      int comment = raw.indexOf("//");
      String text = (comment < 0 ? raw : raw.substring(0, comment)).strip();
      if (text.isEmpty()) {
        continue;
      }
      ScriptLine line = parseLine(text);
      if (line.timeMs < last) {
        throw new IllegalArgumentException("time runs backwards in \"" + text + '"');
      }
      last = line.timeMs;
      lines.add(line);
    }
    return lines;
  }

  private static ScriptLine parseLine(String text) {
    Matcher m = LINE.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException("no script line: \"" + text + '"');
    }
    long time = Long.parseLong(m.group(1));
    String mark = m.group(2);
    int peer = m.group(3) == null || m.group(3).isEmpty() ? 1 : Integer.parseInt(m.group(3));
    String rest = m.group(4);
    if (mark == null || mark.equals("#")) {
      boolean event = EVENTS.contains(rest.split("\\s+")[0]);
      return new ScriptLine(text, time, event ? Kind.EVENT : Kind.CALL, peer, rest);
    }
    ScriptLine line =
        new ScriptLine(text, time, mark.equals(">") ? Kind.SENT : Kind.ARRIVES, peer, rest);
    line.parseSegment(rest);
    return line;
  }

  private void parseSegment(String rest) {
    Matcher m = SEGMENT.matcher(rest);
    if (!m.matches()) {
      throw new IllegalArgumentException("no segment: \"" + text + '"');
    }
    flags = m.group(1).equals("0") ? 0 : TestPacket.parseFlags(m.group(1));
    seq = Long.parseLong(m.group(2));
    length = Integer.parseInt(m.group(4));
    if (Long.parseLong(m.group(3)) - seq != length) {
      throw new IllegalArgumentException("end minus start is not the length: \"" + text + '"');
    }
    String tail = m.group(5);
    int open = tail.indexOf('<');
    if (open >= 0) {
      int close = tail.indexOf('>', open);
      options = tail.substring(open + 1, close);
      tail = tail.substring(0, open) + tail.substring(close + 1);
    }
    String[] word = tail.isBlank() ? new String[0] : tail.strip().split("\\s+");
    for (int i = 0; i < word.length; i++) {
      switch (word[i]) {
        case "ack" -> ack = Long.parseLong(word[++i]);
        case "win" -> window = Integer.parseInt(word[++i]);
        case "urg" -> urgentPointer = Integer.parseInt(word[++i]);
        case "ttl" -> ttl = Integer.parseInt(word[++i]);
        case "tclass" -> trafficClass = Integer.parseInt(word[++i]);
        case "[ect1]" -> ecn = 1;
        case "[ect0]" -> ecn = 2;
        case "[ce]" -> ecn = 3;
        case "new", "badsum", "badip", "short" -> marks.add(word[i]);
        default -> throw new IllegalArgumentException("unknown word " + word[i] + " in " + text);
      }
    }
    if ((flags & TestPacket.ACK) != 0 && ack == null) {
      throw new IllegalArgumentException("an ACK without its number: \"" + text + '"');
    }
  }
}
