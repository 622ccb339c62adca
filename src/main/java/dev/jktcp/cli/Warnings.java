package dev.jktcp.cli;

import dev.jktcp.AdapterVerticle;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What is logged in the process of a command: the library's warnings are a line for the user, and
 * an error that Netty or Vert.x swallows is shown to the memory watch. All else the command says
 * itself.
 */
final class Warnings extends Handler {
  private static final String OURS = "dev.jktcp.";

  /** Its only warning tells of the adapter's end, which the command tells itself. */
  private static final String SAID_BY_THE_COMMAND = AdapterVerticle.class.getName();

  private final LineLimit lines;
  private final Consumer<Throwable> onError;

  Warnings(LineLimit lines, Consumer<Throwable> onError) {
    this.lines = lines;
    this.onError = onError;
  }

  /** Replaces all handlers of the log. */
  void install() {
    LogManager.getLogManager().reset();
    Logger.getLogger("").addHandler(this);
  }

  /** Says a line of an error that nobody expected; that of memory is said by its watch. */
  void unexpected(Throwable error) {
    onError.accept(error);
    if (Failure.exitCode(error) != Failure.OUT_OF_MEMORY) {
      lines.say(error.getClass().getName(), "unexpected: " + error);
    }
  }

  @Override
  public void publish(LogRecord record) {
    if (record.getThrown() != null) {
      onError.accept(record.getThrown());
    }
    String logger = String.valueOf(record.getLoggerName());
    if (logger.startsWith(OURS)
        && !logger.equals(SAID_BY_THE_COMMAND)
        && record.getLevel().intValue() >= Level.WARNING.intValue()) {
      lines.say(logger, String.valueOf(record.getMessage()));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
