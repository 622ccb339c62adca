package dev.jktcp.impl;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.net.SocketAddress;

/** A received datagram, whose data the reader may keep and change. */
public record ReceivedDatagram(SocketAddress sender, Buffer data) implements DatagramPacket {}
