package dev.jktcp.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A transfer in words, as many as fit into a terminal's columns. */
final class ProgressText {
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final long HOUR_S = 3_600;
  private static final long MOST_HOURS = 99;

  /**
   * @param rank 0 for the part that is dropped last
   * @param inShort for a terminal without room for the text
   */
  private record Part(int rank, String text, String inShort) {}

  private final List<Part> parts = new ArrayList<>();

  private ProgressText() {}

  /**
   * The text of one connection.
   *
   * @param size bytes to send; less than 0 if unknown
   */
  static String ofTransfer(int columns, long sent, long size, long received, long perSecond) {
    ProgressText line = new ProgressText();
    if (size > 0 && sent <= size) {
      line.add(0, percent(sent, size) + " %");
      line.add(2, "sent " + bytes(sent) + " of " + bytes(size));
      if (received > 0) {
        line.add(4, "received " + bytes(received));
      }
      line.add(3, bytes(perSecond) + "/s");
      line.add(1, sent == size ? "waiting for the end" : left(size - sent, perSecond));
    } else {
      boolean both = sent > 0 && received > 0;
      if (sent > 0 || received == 0) {
        line.add(both && received > sent ? 2 : 0, "sent " + bytes(sent), bytes(sent));
      }
      if (received > 0) {
        line.add(both && sent >= received ? 2 : 0, "received " + bytes(received), bytes(received));
      }
      line.add(1, bytes(perSecond) + "/s");
    }
    return line.within(columns);
  }

  /**
   * The text of a server.
   *
   * @param each one of those that run, in a word
   */
  static String ofServer(int columns, int running, String each, long moved, long perSecond) {
    ProgressText line = new ProgressText();
    line.add(2, running + " " + each + (running == 1 ? "" : "s"));
    line.add(0, bytes(moved));
    line.add(1, bytes(perSecond) + "/s");
    return line.within(columns);
  }

  private void add(int rank, String text) {
    add(rank, text, text);
  }

  private void add(int rank, String text, String inShort) {
    parts.add(new Part(rank, text, inShort));
  }

  /** A terminal's last column stays free: some wrap when it is written. */
  private String within(int columns) {
    while (parts.size() > 1 && joined().length() >= columns) {
      parts.remove(parts.stream().max(Comparator.comparingInt(Part::rank)).orElseThrow());
    }
    if (joined().length() < columns) {
      return joined();
    }
    String inShort = parts.get(0).inShort();
    return inShort.length() < columns ? inShort : "";
  }

  private String joined() {
    return parts.stream().map(Part::text).collect(Collectors.joining(", "));
  }

  private static long percent(long part, long whole) {
    return (long) (100.0 * part / whole);
  }

  private static String left(long bytes, long perSecond) {
    if (perSecond == 0) {
      return "stalled";
    }
    return duration(bytes / perSecond + (bytes % perSecond == 0 ? 0 : 1)) + " left";
  }

  static String duration(long seconds) {
    long hours = seconds / HOUR_S;
    if (hours > MOST_HOURS) {
      return "more than " + MOST_HOURS + " h";
    }
    long minutes = seconds / 60 % 60;
    return hours > 0
        ? String.format(Locale.ROOT, "%d:%02d:%02d", hours, minutes, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d", minutes, seconds % 60);
  }

  static String bytes(long count) {
    if (count < 1_024) {
      return count + " B";
    }
    double value = count / 1_024.0;
    int unit = 0;
    while (value >= 1_023.95 && unit < UNITS.length - 1) { // which would be written as 1024.0
      value /= 1_024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
