package dev.jktcp.testkit;

import dev.jktcp.impl.ReceivedDatagram;
import dev.jktcp.impl.UnicastSocket;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A socket that the test plays. */
public final class HandSocket extends UnicastSocket {
  public static String refusal; // why the next bind fails; null: it does not

  public final List<String> sent = new ArrayList<>();
  public Promise<Void> sending; // when a send completes; null: at once
  Handler<DatagramPacket> handler;
  public Handler<Throwable> trouble;
  public int closes;

  public HandSocket() {
    super(null);
  }

  public void comes(SocketAddress sender, String text) {
    comes(sender, Buffer.buffer(text));
  }

  public void comes(SocketAddress sender, Buffer data) {
    handler.handle(new ReceivedDatagram(sender, data));
  }

  @Override
  public Future<Void> send(Buffer packet, int port, String host) {
    sent.add(packet + ">" + host + ":" + port);
    return sending == null ? Future.succeededFuture() : sending.future();
  }

  @Override
  public Future<DatagramSocket> listen(int port, String address) {
    return refusal == null ? Future.succeededFuture(this) : Future.failedFuture(refusal);
  }

  @Override
  public DatagramSocket handler(Handler<DatagramPacket> given) {
    handler = given;
    return this;
  }

  @Override
  public DatagramSocket exceptionHandler(Handler<Throwable> given) {
    trouble = given;
    return this;
  }

  @Override
  public SocketAddress localAddress() {
    return SocketAddress.inetSocketAddress(1080, "127.0.0.1");
  }

  @Override
  public Future<Void> close() {
    closes++;
    return Future.succeededFuture();
  }
}
