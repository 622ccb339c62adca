package dev.jktcp.cli;

/** What the user wrote cannot be understood; the message is one line that says how it can. */
final class BadUsage extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  BadUsage(String message) {
    super(message);
  }
}
