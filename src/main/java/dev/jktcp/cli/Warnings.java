package dev.jktcp.cli;

import dev.jktcp.AdapterVerticle;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log of a command's process: the library's warnings are a line for the user, and the memory
 * watch gets each error that Netty or Vert.x swallows. The command reports everything else itself.
 * With {@code -v} the user also sees what the library logs, and with {@code -vv} what others log.
 */
final class Warnings extends Handler {
  private static final String OURS = "dev.jktcp.";

  /** Its only warning is of the adapter's end, which the command reports itself. */
  private static final String SAID_BY_THE_COMMAND = AdapterVerticle.class.getName();

  private final LineLimit lines;
  private final Consumer<Throwable> onError;
  private final int verbosity;

  /**
   * @param verbosity how often the user gave {@code -v}
   */
  Warnings(LineLimit lines, Consumer<Throwable> onError, int verbosity) {
    this.lines = lines;
    this.onError = onError;
    this.verbosity = verbosity;
  }

  /** Replaces all handlers of the log. */
  void install() {
    LogManager.getLogManager().reset();
    Logger.getLogger("").addHandler(this);
  }

  /** Prints a line about an unexpected error; the memory watch prints its own. */
  void unexpected(Throwable error) {
    if (error instanceof RejectedExecutionException) {
      return; // a command that fails at once ends its event loops while tasks begin there
    }
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
    if (record.getLevel().intValue() >= least(logger).intValue()) {
      String line = String.valueOf(record.getMessage());
      boolean ours = logger.startsWith(OURS);
      lines.say(logger, ours ? Failure.named(line) : ofOthers(logger, line, record));
    }
  }

  private Level least(String logger) {
    if (logger.equals(SAID_BY_THE_COMMAND)) {
      return Level.OFF;
    }
    if (logger.startsWith(OURS)) {
      return verbosity == 0 ? Level.WARNING : Level.INFO;
    }
    return verbosity < 2 ? Level.OFF : Level.INFO;
  }

  private static String ofOthers(String logger, String line, LogRecord record) {
    String cause = record.getThrown() == null ? "" : ": " + record.getThrown();
    return logger.substring(logger.lastIndexOf('.') + 1) + ": " + line + cause;
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
