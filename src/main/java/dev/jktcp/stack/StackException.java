package dev.jktcp.stack;

/** A command that the stack refuses; the message is one line for the user. */
public final class StackException extends Exception {
  private static final long serialVersionUID = 1L;

  public StackException(String message) {
    super(message, null, false, false);
  }
}
