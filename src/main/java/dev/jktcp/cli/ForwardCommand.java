package dev.jktcp.cli;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.impl.Failures;
import dev.jktcp.text.Fields;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.KernelSockets;
import io.vertx.core.Future;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
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

/** {@code jktcp forward}: ports of the kernel that lead into the tunnel. */
@Command(
    name = "forward",
    description = {
      "Takes connections at ports of the kernel and connects them through the adapter,"
          + " until stopped.",
      "BIND is the address of LPORT, by default 127.0.0.1; LPORT 0 picks a free port and"
          + " prints it. Without ADDR, connections go to the only --peer. A number alone is a"
          + " port; an IPv6 address stands in brackets: 18081:[fd66::1]:8000.",
      "With --udp it takes datagrams and sends the answers back."
    })
final class ForwardCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private CommonOptions common;
  @Mixin private PairOptions pairs;
  @Mixin private UdpOptions udp;

  @Parameters(
      paramLabel = "[BIND:]LPORT:[ADDR:]RPORT",
      arity = "1..*",
      split = ",",
      hideParamSyntax = true,
      converter = MappingConverter.class,
      description =
          "A port of the kernel, and the target of its connections; repeated or separated by"
              + " commas.")
  private List<ForwardMapping> mappings;

  @Override
  public Integer call() {
    common.check();
    common.takeEveryPeer();
    Set<String> ports = new HashSet<>();
    for (ForwardMapping mapping : mappings) {
      String at = Fields.join(mapping.bind(), mapping.listenPort());
      if (mapping.listenPort() != 0 && !ports.add(at)) {
        throw new BadUsage(at + " has two targets"); // Vert.x would give them the clients in turn
      }
      if (!udp.isUdp()) {
        common.checkFree(mapping.bind(), mapping.listenPort());
      }
      RemoteHost.check(mapping.address(), common);
      if (mapping.address() == null) {
        common.checkOnlyPeer(mapping.listenPort() + ":" + mapping.port());
      }
    }
    UdpLimits limits = udp.limits();
    if (udp.isUdp()) {
      common.takeUdpPorts((long) limits.clients() * mappings.size());
      common.takeUdpBytes(limits.bytesOfOneClient());
    }
    return Session.run(
        main.console(),
        common,
        0,
        udp.isUdp() ? session -> startUdp(session, limits) : this::start);
  }

  /** The kernel's ports are opened first, because the line 'ready' names them. */
  private Future<Void> start(Session session) {
    List<Future<Integer>> ports = new ArrayList<>();
    for (ForwardMapping mapping : mappings) {
      ports.add(listen(session, mapping).map(NetServer::actualPort));
    }
    return serve(session, "forwarding ", ports);
  }

  private Future<Void> serve(Session session, String what, List<Future<Integer>> ports) {
    return Future.all(ports)
        .compose(
            all -> {
              session.serving(what + listing(all.list()));
              return session.untilLost();
            });
  }

  private Future<Void> startUdp(Session session, UdpLimits limits) {
    List<Future<Integer>> ports = new ArrayList<>();
    for (ForwardMapping mapping : mappings) {
      ports.add(listenUdp(session, mapping, limits));
    }
    return serve(session, "forwarding UDP ", ports);
  }

  private Future<Integer> listenUdp(Session session, ForwardMapping mapping, UdpLimits limits) {
    boolean ipV6 = mapping.bind().indexOf(':') >= 0;
    UdpForwarder forwarder =
        new UdpForwarder(
            KernelSockets.datagramSocket(
                session.vertx(), new DatagramSocketOptions().setIpV6(ipV6)),
            () -> session.adapter().compose(adapter -> way(adapter, mapping)),
            limits,
            Clock.of(session.vertx()),
            session);
    session.closing(forwarder::close);
    return KernelSockets.host(mapping.bind())
        .compose(host -> forwarder.listen(mapping.listenPort(), host))
        .map(socket -> socket.localAddress().port())
        .recover(e -> cannotListen(mapping, e));
  }

  /** A name is resolved once for each client, and only the address found may answer. */
  private static Future<UdpForwarder.Way> way(AnyAdapter adapter, ForwardMapping mapping) {
    DatagramSocket socket =
        adapter.udp(); // before the wait: its handlers run on the context of this call
    return adapter
        .address(mapping.address())
        .map(address -> new UdpForwarder.Way(socket, address, mapping.port()))
        .onFailure(nowhere -> socket.close());
  }

  private static <T> Future<T> cannotListen(ForwardMapping mapping, Throwable cause) {
    return Future.failedFuture(Failures.cannotListen(mapping.bind(), mapping.listenPort(), cause));
  }

  private Future<NetServer> listen(Session session, ForwardMapping mapping) {
    TcpConnectOptions to =
        new TcpConnectOptions().setHost(mapping.address()).setPort(mapping.port());
    Forwarder forwarder =
        new Forwarder(session.vertx(), session.adapter(), to, pairs.limits(), session);
    NetServer server =
        session
            .vertx()
            .createNetServer( // reset before a pump has it
                KernelSockets.server(new NetServerOptions().setSoLinger(0)))
            .connectHandler(forwarder::take);
    session.closing(server::close);
    return KernelSockets.host(mapping.bind())
        .compose(host -> server.listen(mapping.listenPort(), host))
        .recover(e -> cannotListen(mapping, e));
  }

  private String listing(List<Integer> ports) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      ForwardMapping mapping = mappings.get(i);
      String from = Fields.join(mapping.bind(), ports.get(i));
      String to =
          mapping.address() == null
              ? "port " + mapping.port()
              : Fields.join(mapping.address(), mapping.port());
      texts.add(from + " to " + to);
    }
    return texts.stream().collect(Collectors.joining(", "));
  }

  static final class MappingConverter implements ITypeConverter<ForwardMapping> {
    @Override
    public ForwardMapping convert(String value) {
      return ForwardMapping.parse(value);
    }
  }
}
