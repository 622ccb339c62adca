package dev.jktcp.cli;

import dev.jktcp.Pump;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.text.Fields;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code jktcp listen}: standard input and output over a connection that arrives. */
@Command(
    name = "listen",
    description = {
      "Takes one connection and joins it to standard input and output.",
      "With --echo or --discard it serves every connection, until stopped."
    })
final class ListenCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "PORT",
      converter = PortConverter.class,
      description = "The port to listen on, at every local address.")
  private int port;

  @Option(names = "--echo", description = "Serve every connection: send back what it sends.")
  private boolean echo;

  @Option(
      names = "--discard",
      description = "Serve every connection: read what it sends, and end it when it ends.")
  private boolean discard;

  @Override
  public Integer call() {
    common.check();
    if (echo && discard) {
      throw new BadUsage("--echo, --discard: choose one");
    }
    if (echo || discard) {
      common.takeEveryPeer();
    }
    return Session.run(main.console(), common, port, this::start);
  }

  private Future<Void> start(Session session) {
    return echo || discard ? serve(session) : serveOne(session);
  }

  private Future<Void> serve(Session session) {
    Future<TcpServer> listening =
        session.adapter().compose(a -> a.listen(port, stream -> serve(session, stream)));
    session.ready((echo ? "echoing" : "discarding") + " on port " + port, listening);
    return listening.compose(server -> session.untilLost());
  }

  private void serve(Session session, TcpStream stream) {
    Pump pump = Pump.pump(stream, echo ? stream : new Discard(stream));
    session.holds(
        pump.completion(),
        cause -> {
          pump.reset(cause);
          stream.reset(); // a one-way pump does not end its source
        });
    session.begins(stream, pump);
    pump.start().completion().onComplete(result -> session.report(stream, result.cause()));
  }

  private Future<Void> serveOne(Session session) {
    Promise<TcpStream> first = Promise.promise();
    Future<TcpServer> listening =
        session.adapter().compose(a -> a.listen(port, stream -> offer(first, stream)));
    session.ready("listening on port " + port, listening);
    listening
        .onFailure(first::tryFail)
        .onSuccess(server -> first.future().onSuccess(stream -> closeSoon(session, server)));
    session.untilLost().onFailure(first::tryFail);
    return first.future().compose(stream -> ConnectCommand.join(session, stream));
  }

  private static void offer(Promise<TcpStream> first, TcpStream stream) {
    if (!first.tryComplete(stream)) {
      stream.reset();
    }
  }

  /** Runs after the handler that took the connection has returned. */
  private static void closeSoon(Session session, TcpServer server) {
    session.vertx().runOnContext(v -> server.close());
  }

  static final class PortConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return Fields.port(value, value, 1);
    }
  }
}
