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

  private final Consumer<String> say;
  private final Consumer<Throwable> onError;

  private Warnings(Consumer<String> say, Consumer<Throwable> onError) {
    this.say = say;
    this.onError = onError;
  }

  /** Replaces all handlers of the log. */
  static void install(Consumer<String> say, Consumer<Throwable> onError) {
    LogManager.getLogManager().reset();
    Logger.getLogger("").addHandler(new Warnings(say, onError));
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
      say.accept(record.getMessage());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
