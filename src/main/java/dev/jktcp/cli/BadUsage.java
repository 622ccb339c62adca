package dev.jktcp.cli;

/** The user's input cannot be understood; the message is one line that says how to write it. */
final class BadUsage extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  BadUsage(String message) {
    super(message);
  }
}
