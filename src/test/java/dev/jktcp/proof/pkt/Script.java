package dev.jktcp.proof.pkt;

import java.util.List;

/** A script as read: nothing in it has been judged yet but its form. */
record Script(List<Option> options, List<Event> events) {
  /** {@code --name=value}; the value is empty where none is given. */
  record Option(int line, String name, String value) {}

  record Event(int line, Timing timing, Action action) {}
}
