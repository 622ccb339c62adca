package dev.jktcp.cli;

import dev.jktcp.ProxyServer;
import dev.jktcp.ProxyServerOptions;
import dev.jktcp.impl.proxy.ProxyServerImpl;
import dev.jktcp.text.Fields;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code jktcp socks}: a proxy of the kernel into the tunnel. */
@Command(
    name = "socks",
    description = {
      "Opens a proxy at a port of the kernel, SOCKS5 and HTTP, and connects its clients through the"
          + " adapter, until stopped.",
      "ADDR is 127.0.0.1 unless given; port 0 picks a free one and prints it. "
          + "Clients give addresses, as curl --socks5 does, or with --dns names: --socks5-hostname."
    })
final class SocksCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private CommonOptions common;
  @Mixin private PairOptions pairs;

  @Parameters(
      paramLabel = "[ADDR:]PORT",
      hideParamSyntax = true,
      converter = BindAddress.Converter.class,
      description =
          "The address and port at which the proxy listens; port 0 picks a free one. Default"
              + " of ADDR: 127.0.0.1.")
  private BindAddress at;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "The name that clients must give, with a password. Default: clients need neither.")
  private String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "The file whose first line is the password. Default: JKTCP_PASSWORD of the"
              + " environment.")
  private Path passwordFile;

  @Option(
      names = "--handshake-timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = CommonOptions.TimeConverter.class,
      description =
          "The time within which a client names its target; after it, the client is reset."
              + " Default: 10s.")
  private long handshakeTimeoutNs;

  @Option(
      names = "--max-handshakes",
      paramLabel = "N",
      description =
          "The number of clients that have not named their target yet; a further one takes"
              + " the place of the oldest. Default: 128.")
  private int maxHandshakes = ProxyServerOptions.DEFAULT_MAX_HANDSHAKES;

  @Option(
      names = "--max-clients",
      paramLabel = "N",
      description = "The number of clients in all; a further one is reset. Default: 1024.")
  private int maxClients = ProxyServerOptions.DEFAULT_MAX_CONNECTIONS;

  @Option(
      names = "--max-datagrams",
      paramLabel = "N",
      description =
          "The number of datagrams of one client that wait in one direction; further ones are"
              + " dropped. Default: 256.")
  private int maxDatagrams = ProxyServerOptions.DEFAULT_MAX_WAITING_DATAGRAMS;

  @Option(
      names = "--max-datagram-bytes",
      paramLabel = "BYTES",
      description =
          "The bytes of one client's datagrams that wait in one direction; further ones are"
              + " dropped. Default: 262144.")
  private long maxDatagramBytes = ProxyServerOptions.DEFAULT_MAX_WAITING_DATAGRAM_BYTES;

  @Option(
      names = "--max-datagram-bytes-in-all",
      paramLabel = "BYTES",
      description =
          "The bytes of all clients' datagrams that wait, in both directions; further ones"
              + " are dropped. Default: 16777216.")
  private long maxDatagramBytesInAll = ProxyServerOptions.DEFAULT_MAX_DATAGRAM_BYTES_IN_ALL;

  @Override
  public Integer call() {
    common.check();
    common.takeEveryPeer();
    common.checkFree(at.host(), at.port());
    ProxyServerOptions options = options();
    common.takeUdpPorts(maxClients);
    return Session.run(main.console(), common, 0, session -> start(session, options));
  }

  private ProxyServerOptions options() {
    CommonOptions.atLeastOne("--max-handshakes", maxHandshakes);
    CommonOptions.atLeastOne("--max-clients", maxClients);
    CommonOptions.atLeastOne("--max-datagrams", maxDatagrams);
    CommonOptions.atLeastOne("--max-datagram-bytes", maxDatagramBytes);
    CommonOptions.atLeastOne("--max-datagram-bytes-in-all", maxDatagramBytesInAll);
    long ms = TimeUnit.NANOSECONDS.toMillis(handshakeTimeoutNs);
    if (ms < 1 || ms > Integer.MAX_VALUE) {
      throw new BadUsage("--handshake-timeout: must be 1ms to 24 days");
    }
    ProxyServerOptions options =
        new ProxyServerOptions()
            .setHost(at.host())
            .setPort(at.port())
            .setHandshakeTimeout(Duration.ofMillis(ms))
            .setMaxHandshakes(maxHandshakes)
            .setMaxConnections(maxClients)
            .setMaxWaitingDatagrams(maxDatagrams)
            .setMaxWaitingDatagramBytes(maxDatagramBytes)
            .setMaxDatagramBytesInAll(maxDatagramBytesInAll);
    if (user != null) {
      withCredentials(options);
    } else if (passwordFile != null) {
      throw new BadUsage("--password-file " + passwordFile + ": --user NAME is needed with it");
    }
    return options;
  }

  private void withCredentials(ProxyServerOptions options) {
    String password = ProxyPassword.of(user, passwordFile);
    try {
      options.setCredentials(user, password);
    } catch (IllegalArgumentException bad) {
      throw new BadUsage(
          bad.getMessage()
              .replaceFirst("^user:", "--user " + user + ":")
              .replaceFirst("^password:", "the password"));
    }
  }

  private Future<Void> start(Session session, ProxyServerOptions options) {
    ProxyServer proxy =
        ProxyServerImpl.of(
                session.vertx(),
                to -> session.adapter().compose(a -> a.connect(to)),
                () -> session.adapter().map(AnyAdapter::udp),
                options)
            .pairHandler(
                (stream, pump) -> session.watch(session.vertx(), stream, pump, pairs.limits()))
            .refusalHandler((client, cause) -> session.complain(String.valueOf(client), cause));
    session.closing(proxy::close);
    return proxy
        .listen()
        .compose(
            listening -> {
              String where = Fields.join(at.host(), listening.port());
              if (user == null && !at.isLoopback()) {
                session
                    .console()
                    .say(where + " serves every client that reaches it; --user restricts it");
              }
              session.serving("proxy on " + where);
              return session.untilLost();
            });
  }
}
