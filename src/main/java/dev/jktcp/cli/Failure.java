package dev.jktcp.cli;

import static java.util.Map.entry;

import dev.jktcp.TcpException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

/** The line that the user sees of an error, and its exit code. */
final class Failure {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int OUT_OF_MEMORY = 3;

  /** 128 + SIGPIPE, as of any program whose reader has gone, such as {@code head}. */
  static final int READER_GONE = 141;

  /** The adapter's names of settings that are options here. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "localAddresses", "--local",
          "peerAddresses", "--peer",
          "dnsServers", "--dns",
          "mtu", "--mtu",
          "MTU", "--mtu");

  /**
   * Unambiguous names of the adapter, replaced anywhere in a line. Where no option sets a value,
   * the advice to change it is replaced.
   */
  private static final Map<String, String> OPTIONS_ANYWHERE =
      Map.ofEntries(
          entry("firstLocalPort to lastLocalPort", "--local-ports"),
          entry("timeWaitMs", "--time-wait"),
          entry("maxTimeWait", "--max-time-wait"),
          entry("maxBytesHeld", "--max-bytes-held"),
          entry("pathMtuMs", "--path-mtu-time"),
          entry("maxPaths", "--max-paths"),
          entry("maxHandshakes", "--max-handshakes"),
          entry("as many as maxConnections", "as many as --max-clients"),
          entry("lower maxConnections", "let fewer clients in"),
          entry("raise maxConnections", "let fewer clients in"),
          entry("raise maxUdpPorts or ", "raise "),
          entry(", or raise udpSendBuffer", ""),
          entry(" of HandleOptions", ""));

  private static final Pattern KEY = Pattern.compile("^(\\w+)(?=[: ])");

  private Failure() {}

  /** An unusable value is a usage error, wherever it was noticed. */
  static int exitCode(Throwable cause) {
    Throwable e = unwrap(cause);
    if (e instanceof OutOfMemoryError || String.valueOf(e.getMessage()).contains("out of memory")) {
      return OUT_OF_MEMORY; // the event bus carries the message only
    }
    return e instanceof IllegalArgumentException ? USAGE : FAILED;
  }

  /**
   * The kind of an error, for the limit of lines: errors of one kind differ in their words only.
   */
  static String kind(Throwable cause) {
    Throwable e = unwrap(cause);
    return e instanceof TcpException tcp && tcp.reason() != null
        ? tcp.reason().name()
        : e.getClass().getName();
  }

  static String line(Throwable cause) {
    Throwable e = unwrap(cause);
    String message = e.getMessage();
    if (e instanceof OutOfMemoryError) {
      return "out of memory: " + message;
    }
    if (message == null || message.isBlank()) {
      return e.getClass().getSimpleName();
    }
    if (e instanceof NoSuchFileException) {
      return message + ": no such file";
    }
    if (e instanceof AccessDeniedException) {
      return message + ": permission denied";
    }
    if (e instanceof FileSystemException f && f.getReason() == null) {
      return message + ": " + e.getClass().getSimpleName();
    }
    return e instanceof IllegalArgumentException
        ? KEY.matcher(named(message))
            .replaceFirst(k -> OPTIONS.getOrDefault(k.group(1), k.group(1)))
        : named(message);
  }

  /** A line of the adapter with the options' names in place of its settings'. */
  static String named(String message) {
    String line = message;
    for (Map.Entry<String, String> option : OPTIONS_ANYWHERE.entrySet()) {
      line = line.replace(option.getKey(), option.getValue());
    }
    return line;
  }

  private static Throwable unwrap(Throwable cause) {
    Throwable e = cause;
    while (e.getCause() != null
        && (e instanceof ExecutionException
            || e instanceof CompletionException
            || e instanceof io.vertx.core.file.FileSystemException)) {
      e = e.getCause();
    }
    return e;
  }
}
