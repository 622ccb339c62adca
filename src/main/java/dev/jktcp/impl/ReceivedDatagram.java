package dev.jktcp.impl;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.net.SocketAddress;

/** A datagram as its reader has it, who may keep and change it. */
public record ReceivedDatagram(SocketAddress sender, Buffer data) implements DatagramPacket {}
