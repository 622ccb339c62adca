package dev.jktcp.cli;

import dev.jktcp.Pump;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.text.Fields;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.KernelSockets;
import io.vertx.core.Future;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code jktcp expose}: ports of the tunnel that lead to servers of the kernel. */
@Command(
    name = "expose",
    description = {
      "Takes connections at ports of the adapter and connects them to TCP servers of the"
          + " kernel, until stopped.",
      "With --udp it takes datagrams and sends the answers back."
    })
final class ExposeCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private CommonOptions common;
  @Mixin private PairOptions pairs;
  @Mixin private UdpOptions udp;

  @Parameters(
      paramLabel = "PORT:HOST:HPORT",
      arity = "1..*",
      split = ",",
      hideParamSyntax = true,
      converter = MappingConverter.class,
      description =
          "A port of the adapter, and the server of the kernel to which its connections go;"
              + " repeated or separated by commas.")
  private List<ExposeMapping> mappings;

  private NetClient client;

  @Override
  public Integer call() {
    common.check();
    common.takeEveryPeer();
    Set<Integer> ports = new HashSet<>();
    for (ExposeMapping mapping : mappings) {
      if (!ports.add(mapping.port())) {
        throw new BadUsage("port " + mapping.port() + " has two targets");
      }
    }
    UdpLimits limits = udp.limits();
    if (udp.isUdp()) {
      common.takeUdpBytes(limits.totalBytes()); // one socket sends the answers of all clients
    }
    return Session.run(
        main.console(),
        common,
        mappings.get(0).port(),
        udp.isUdp() ? session -> startUdp(session, limits) : this::start);
  }

  private Future<Void> start(Session session) {
    client = session.vertx().createNetClient(KernelSockets.client(new NetClientOptions()));
    Future<Void> listening = session.adapter().compose(adapter -> listen(session, adapter));
    session.ready("exposing " + listing(), listening);
    return listening.compose(servers -> session.untilLost());
  }

  private Future<Void> listen(Session session, AnyAdapter adapter) {
    List<Future<TcpServer>> servers = new ArrayList<>();
    for (ExposeMapping mapping : mappings) {
      servers.add(adapter.listen(mapping.port(), stream -> take(session, mapping, stream)));
    }
    return Future.all(servers).mapEmpty();
  }

  private Future<Void> startUdp(Session session, UdpLimits limits) {
    Future<Void> listening =
        session
            .adapter()
            .compose(
                adapter ->
                    Future.all(
                            mappings.stream()
                                .map(mapping -> listenUdp(session, mapping, adapter, limits))
                                .toList())
                        .mapEmpty());
    session.ready("exposing UDP " + listing(), listening);
    return listening.compose(ports -> session.untilLost());
  }

  private Future<DatagramSocket> listenUdp(
      Session session, ExposeMapping mapping, AnyAdapter adapter, UdpLimits limits) {
    UdpForwarder forwarder =
        new UdpForwarder(
            adapter.udp(),
            () -> kernelWay(session, mapping),
            limits,
            Clock.of(session.vertx()),
            session);
    session.closing(forwarder::close);
    return forwarder.listen(mapping.port(), "0.0.0.0");
  }

  private static Future<UdpForwarder.Way> kernelWay(Session session, ExposeMapping mapping) {
    return KernelSockets.host(mapping.host())
        .compose(((VertxInternal) session.vertx()).nameResolver()::resolve)
        .map(
            address -> {
              DatagramSocketOptions options =
                  new DatagramSocketOptions().setIpV6(address instanceof Inet6Address);
              return new UdpForwarder.Way(
                  KernelSockets.datagramSocket(session.vertx(), options),
                  address.getHostAddress(),
                  mapping.hostPort());
            });
  }

  private String listing() {
    return mappings.stream()
        .map(m -> "port " + m.port() + " to " + Fields.join(m.host(), m.hostPort()))
        .collect(Collectors.joining(", "));
  }

  private void take(Session session, ExposeMapping mapping, TcpStream stream) {
    Future<NetSocket> connecting =
        KernelSockets.host(mapping.host())
            .compose(host -> client.connect(mapping.hostPort(), host));
    session.holds(connecting, cause -> stream.reset());
    connecting
        .onSuccess(
            socket -> {
              Pump pump = Pump.between(stream, socket);
              session.watch(session.vertx(), stream, pump, pairs.limits());
              pump.start();
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
