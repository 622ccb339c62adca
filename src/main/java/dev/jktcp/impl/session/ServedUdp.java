package dev.jktcp.impl.session;

import dev.jktcp.TcpException;
import dev.jktcp.impl.frame.CarriedDatagram;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.json.JsonObject;

/**
 * A UDP port that a handle has opened. Datagrams beyond the handle's credit wait in the port, which
 * drops and counts those above its limit. Each datagram to be sent comes as a request and is
 * answered with its outcome. Adapter context only.
 */
final class ServedUdp extends ServedPort {
  private final DatagramSocket socket;
  private long credit; // bytes that may have been sent to the handle
  private boolean reading;

  ServedUdp(ServedSession session, long id) {
    super(session, id);
    this.socket = session.adapter().udp();
  }

  void bind(Detail.Bind what) {
    change(); // confirms the frame, whatever the outcome
    socket.exceptionHandler(this::onTrouble);
    socket
        .listen(what.port(), what.local() == null ? "0.0.0.0" : what.local())
        .onSuccess(bound -> onBound())
        .onFailure(this::fail);
  }

  private void onBound() {
    if (isDone()) {
      return; // and closed: the handle has given it up meanwhile
    }
    onOpened(socket.localAddress());
    readOn();
  }

  // --- from the handle to the stack

  /** Fails as {@link DatagramSocket#send} does. */
  Future<Void> send(JsonObject question) {
    if (isDone()) {
      return Future.failedFuture(new IllegalStateException("the socket is closed"));
    }
    try {
      Buffer data = question.getBuffer("data");
      return socket.send(data, question.getInteger("port"), question.getString("host"));
    } catch (RuntimeException malformed) { // from another node, so it may be anything
      return Future.failedFuture(
          new IllegalArgumentException("send: data, a port and a host are expected"));
    }
  }

  // --- from the stack to the handle

  private void readOn() {
    boolean read = isOpen() && sent() < credit;
    if (read == reading) {
      return;
    }
    reading = read;
    socket.handler(read ? this::onDatagram : null);
  }

  private void onDatagram(DatagramPacket packet) {
    send(CarriedDatagram.of(packet.sender(), packet.data()).write());
    readOn();
  }

  /** If there is no credit, an ICMP error is dropped, as networks drop them. */
  private void onTrouble(Throwable cause) {
    if (!(cause instanceof TcpException tcp) || tcp.reason() != CloseReason.UNREACHABLE) {
      fail(cause);
    } else if (!isDone() && sent() < credit) {
      send(CarriedDatagram.of(cause.getMessage()).write());
      readOn();
    }
  }

  // --- the channel

  @Override
  protected void onFrame(Frame frame, Buffer payload) {
    credit = Math.max(credit, frame.granted());
    super.onFrame(frame, payload);
    readOn();
  }

  @Override
  void release() {
    socket.close();
  }
}
