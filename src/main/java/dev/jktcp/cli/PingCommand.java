package dev.jktcp.cli;

import dev.jktcp.Adapter;
import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.transport.TransportException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code jktcp ping}: echo requests into the tunnel. */
@Command(
    name = "ping",
    description = {
      "Sends ICMP echo requests, one a second, and prints each round trip.",
      "It fails if none is answered."
    })
final class PingCommand implements Callable<Integer> {
  private static final long EVERY_MS = 1_000;
  private static final int MOST = 1_000_000;

  @ParentCommand private Main main;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "HOST",
      converter = RemoteHost.Converter.class,
      description = "The host to ask: an IP address, or with --dns a name.")
  private String address;

  @Option(
      names = {"-c", "--count"},
      paramLabel = "N",
      description = "The number of requests to send. Default: 4.")
  private int count = 4;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = CommonOptions.TimeConverter.class,
      description = "The time to wait for each answer. Default: 5s.")
  private long waitNs = 5_000_000_000L;

  private int answered;

  @Override
  public Integer call() {
    common.check();
    RemoteHost.check(address, common);
    if (count < 1 || count > MOST) {
      throw new BadUsage("--count " + count + ": must be 1 to " + MOST);
    }
    if (waitNs == 0) {
      throw new BadUsage("--wait: must be above 0");
    }
    common.direct = true; // in hand: in a process of one command the bus is of no use
    return Session.run(main.console(), common, 0, this::start);
  }

  private Future<Void> start(Session session) {
    return session
        .adapter()
        .compose(adapter -> ask(session, ((DirectAdapter) adapter).adapter(), count));
  }

  private Future<Void> ask(Session session, Adapter adapter, int left) {
    Promise<Void> second = Promise.promise();
    if (left > 1) {
      session.vertx().setTimer(EVERY_MS, v -> second.complete());
    } else {
      second.complete();
    }
    return adapter
        .ping(address, Duration.ofNanos(waitNs))
        .transform(
            result -> {
              if (result.succeeded()) {
                answered++;
                session.console().print("echo from " + address + ": " + ms(result.result()));
              } else if ((left > 1 || answered > 0) && !isOver(result.cause())) {
                session.console().say(Failure.line(result.cause()));
              } else {
                return Future.<Void>failedFuture(result.cause());
              }
              return left == 1
                  ? Future.<Void>succeededFuture()
                  : second.future().compose(v -> ask(session, adapter, left - 1));
            });
  }

  /** No further request can be answered. */
  private static boolean isOver(Throwable cause) {
    return cause instanceof TransportException // it did not open
        || cause instanceof TcpException failure
            && (failure.reason() == CloseReason.TRANSPORT_LOST
                || failure.reason() == CloseReason.ADAPTER_CLOSED);
  }

  private static String ms(Duration time) {
    return String.format(Locale.ROOT, "%.3f ms", time.toNanos() / 1e6);
  }
}
