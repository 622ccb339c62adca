package dev.jktcp.cli;

import dev.jktcp.Pump;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.text.Fields;
import dev.jktcp.transport.TransportClock;
import io.vertx.core.Future;
import io.vertx.core.net.NetClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "expose", description = "Userspace ports to kernel TCP servers, until stopped.")
final class ExposeCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private CommonOptions common;
  @Mixin private PairOptions pairs;

  @Parameters(
      paramLabel = "PORT:HOST:HPORT",
      arity = "1..*",
      split = ",",
      hideParamSyntax = true,
      converter = MappingConverter.class,
      description = "What goes where; repeatable.")
  private List<ExposeMapping> mappings;

  private NetClient client;

  @Override
  public Integer call() {
    common.check();
    return Session.run(main.console(), common, mappings.get(0).port(), this::start);
  }

  private Future<Void> start(Session session) {
    client = session.vertx().createNetClient();
    Future<Void> end =
        session
            .adapter()
            .compose(adapter -> listen(session, adapter))
            .compose(servers -> session.untilLost());
    session.ready("exposing " + listing());
    return end;
  }

  private Future<Void> listen(Session session, AnyAdapter adapter) {
    List<Future<TcpServer>> servers = new ArrayList<>();
    for (ExposeMapping mapping : mappings) {
      servers.add(adapter.listen(mapping.port(), stream -> take(session, mapping, stream)));
    }
    return Future.all(servers).mapEmpty();
  }

  private String listing() {
    return mappings.stream()
        .map(m -> "port " + m.port() + " to " + Fields.join(m.host(), m.hostPort()))
        .collect(Collectors.joining(", "));
  }

  private void take(Session session, ExposeMapping mapping, TcpStream stream) {
    client
        .connect(mapping.hostPort(), mapping.host())
        .onSuccess(
            socket -> {
              Pump pump = Pump.between(stream, socket);
              QuietWatch.over(TransportClock.of(session.vertx()), pump, pairs.limits());
              pump.start()
                  .completion()
                  .onComplete(result -> session.report(stream, result.cause()));
            })
        .onFailure(
            e -> {
              stream.reset();
              session.complain(Fields.join(mapping.host(), mapping.hostPort()), e);
              session.report(stream, e);
            });
  }

  static final class MappingConverter implements ITypeConverter<ExposeMapping> {
    @Override
    public ExposeMapping convert(String value) {
      return ExposeMapping.parse(value);
    }
  }
}
