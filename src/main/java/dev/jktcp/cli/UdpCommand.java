package dev.jktcp.cli;

import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code jktcp udp}: standard input as datagrams, and their answers. */
@Command(
    name = "udp",
    description = {
      "Sends standard input as UDP datagrams and prints the answers.",
      "With --listen it answers the sender of the last datagram."
    })
final class UdpCommand implements Callable<Integer> {
  /** The payload that fits every path of IPv6: its least MTU without the headers. */
  private static final int MOST = 1280 - 48;

  @ParentCommand private Main main;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "[ADDR:]PORT",
      converter = ConnectCommand.EndpointConverter.class,
      description = "The target; without ADDR, the only --peer. With --listen, the port to read.")
  private Endpoint endpoint;

  @Option(names = "--listen", description = "Wait for datagrams at the port, until stopped.")
  private boolean listen;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = CommonOptions.TimeConverter.class,
      description = "The time to wait for answers after the end of input. Default: 1s.")
  private long waitNs = 1_000_000_000L;

  private String peerHost; // null: the only one
  private int peerPort; // 0: none yet

  @Override
  public Integer call() {
    common.check();
    RemoteHost.check(endpoint.address(), common);
    if (endpoint.isRsd()) {
      throw new BadUsage("'rsd' is a port of TCP");
    }
    if (!listen && endpoint.address() == null) {
      common.checkOnlyPeer(String.valueOf(endpoint.port()));
    }
    if (listen) {
      common.takeEveryPeer();
    }
    common.direct = true; // in hand: in a process of one command the bus is of no use
    return Session.run(main.console(), common, 0, this::start);
  }

  private Future<Void> start(Session session) {
    return session.adapter().compose(adapter -> run(session, adapter.udp()));
  }

  private Future<Void> run(Session session, DatagramSocket socket) {
    StdIo stdIo = new StdIo(session.vertx(), session.console().in(), session.console().out());
    Promise<Void> end = Promise.promise();
    socket.exceptionHandler(cause -> sayTrouble(session, cause));
    Handler<DatagramPacket> reader = packet -> show(packet, socket, stdIo, end);
    socket.handler(reader);
    stdIo.drainHandler(v -> socket.handler(reader));
    session.untilLost().onFailure(end::tryFail);
    if (listen) {
      String local = endpoint.address() == null ? "0.0.0.0" : endpoint.address();
      Future<DatagramSocket> listening = socket.listen(endpoint.port(), local);
      session.ready("listening on UDP port " + endpoint.port(), listening);
      listening.onFailure(end::tryFail);
    } else {
      peerHost = endpoint.address();
      peerPort = endpoint.port();
      stdIo.endHandler(
          v ->
              session
                  .vertx()
                  .setTimer(
                      Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNs)), t -> end.tryComplete()));
    }
    stdIo.exceptionHandler(end::tryFail);
    stdIo.handler(data -> send(session, socket, stdIo, data, end));
    return end.future().eventually(socket::close).compose(v -> stdIo.end());
  }

  /** The end of the adapter is the end of the command, whose line says so. */
  private static void sayTrouble(Session session, Throwable cause) {
    CloseReason reason = cause instanceof TcpException tcp ? tcp.reason() : null;
    if (reason != CloseReason.ADAPTER_CLOSED && reason != CloseReason.TRANSPORT_LOST) {
      session.complain(cause);
    }
  }

  /**
   * While standard output takes nothing, the socket holds datagrams within its limit, and drops.
   */
  private void show(DatagramPacket packet, DatagramSocket socket, StdIo stdIo, Promise<Void> end) {
    if (listen) {
      peerHost = packet.sender().host();
      peerPort = packet.sender().port();
    }
    stdIo.write(packet.data()).onFailure(end::tryFail);
    if (stdIo.writeQueueFull()) {
      socket.handler(null);
    }
  }

  /** One read of input after another, so that no queue grows. */
  private void send(
      Session session, DatagramSocket socket, StdIo stdIo, Buffer data, Promise<Void> end) {
    if (peerPort == 0) {
      session.console().say("no address to send to: no datagram has come yet");
      return;
    }
    stdIo.pause();
    sendFrom(socket, data, 0).onFailure(end::tryFail).onSuccess(v -> stdIo.resume());
  }

  private Future<Void> sendFrom(DatagramSocket socket, Buffer data, int from) {
    if (from == data.length()) {
      return Future.succeededFuture();
    }
    int to = Math.min(data.length(), from + MOST);
    return socket
        .send(data.slice(from, to), peerPort, peerHost)
        .compose(v -> sendFrom(socket, data, to));
  }
}
