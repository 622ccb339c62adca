package dev.jktcp.impl;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.streams.WriteStream;
import java.nio.charset.Charset;
import java.util.Objects;

/**
 * The common part of the datagram sockets of an adapter and of a handle, which send one kind of
 * data and join no groups.
 */
public abstract class UnicastSocket implements DatagramSocket {
  private static final String NO_GROUPS =
      "multicast: an adapter has one link to one peer and joins no groups";

  /** The context of the handlers. */
  protected final ContextInternal context;

  protected UnicastSocket(ContextInternal context) {
    this.context = context;
  }

  @Override
  public Future<Void> send(String text, int remotePort, String host) {
    return send(Buffer.buffer(text), remotePort, host);
  }

  @Override
  public Future<Void> send(String text, String charset, int remotePort, String host) {
    byte[] bytes = text.getBytes(Charset.forName(charset));
    return send(Buffer.buffer(bytes), remotePort, host);
  }

  @Override
  public WriteStream<Buffer> sender(int remotePort, String host) {
    return new DatagramWriter(this, remotePort, Objects.requireNonNull(host, "host"));
  }

  @Override
  public boolean isMetricsEnabled() {
    return false;
  }

  @Override
  public Future<Void> listenMulticastGroup(String group) {
    return noGroups();
  }

  @Override
  public Future<Void> listenMulticastGroup(String group, String networkInterface, String source) {
    return noGroups();
  }

  @Override
  public Future<Void> unlistenMulticastGroup(String group) {
    return noGroups();
  }

  @Override
  public Future<Void> unlistenMulticastGroup(String group, String networkInterface, String source) {
    return noGroups();
  }

  @Override
  public Future<Void> blockMulticastGroup(String group, String source) {
    return noGroups();
  }

  @Override
  public Future<Void> blockMulticastGroup(String group, String networkInterface, String source) {
    return noGroups();
  }

  private Future<Void> noGroups() {
    return context.failedFuture(new UnsupportedOperationException(NO_GROUPS));
  }
}
