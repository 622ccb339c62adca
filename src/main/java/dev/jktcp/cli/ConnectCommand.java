package dev.jktcp.cli;

import dev.jktcp.Pump;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpStream;
import io.vertx.core.Future;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code jktcp connect}: standard input and output over one connection. */
@Command(
    name = "connect",
    description = {
      "Joins standard input and output to a connection.",
      "At the end of input it half-closes; it ends when both directions have ended."
    })
final class ConnectCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "[ADDR:]PORT",
      converter = EndpointConverter.class,
      description = "The target; without ADDR, the only --peer. On a CDTunnel, PORT may be rsd.")
  private Endpoint endpoint;

  @Override
  public Integer call() {
    common.check();
    RemoteHost.check(endpoint.address(), common);
    if (endpoint.address() == null) {
      common.checkOnlyPeer(endpoint.isRsd() ? "rsd" : String.valueOf(endpoint.port()));
    }
    if (endpoint.isRsd() && !common.transport.kind().isTunnelHost()) {
      throw new BadUsage(
          "'rsd' is the port a CDTunnel announces; " + common.transport + " is none");
    }
    return Session.run(main.console(), common, 0, this::start);
  }

  private Future<Void> start(Session session) {
    return session
        .adapter()
        .compose(adapter -> connect(session, adapter))
        .compose(stream -> join(session, stream));
  }

  private Future<TcpStream> connect(Session session, AnyAdapter adapter) {
    int port = endpoint.isRsd() ? session.tunnel().rsdPort() : endpoint.port();
    return adapter.connect(new TcpConnectOptions().setHost(endpoint.address()).setPort(port));
  }

  /** Standard input and output become the other end of the stream, until both directions ended. */
  static Future<Void> join(Session session, TcpStream stream) {
    Console console = session.console();
    StdIo stdIo = new StdIo(session.vertx(), console.in(), console.rawOut());
    Pump pump = Pump.between(stdIo, stream);
    session.holds(pump.completion(), pump::reset);
    session.begins(stream, pump, console.inputLeft());
    return pump.start()
        .completion()
        .onSuccess(v -> session.sayMoved())
        .transform(
            result ->
                session
                    .report(stream, result.cause(), console::printToErr)
                    .transform(said -> Session.same(result)))
        .compose(v -> session.lingered(stream));
  }

  static final class EndpointConverter implements ITypeConverter<Endpoint> {
    @Override
    public Endpoint convert(String value) {
      return Endpoint.parse(value);
    }
  }
}
