package dev.jktcp.testkit;

import dev.jktcp.transport.TunLab;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/** A port of the kernel's on which nobody listens, and nobody can begin to before it is closed. */
public final class ClosedPort implements AutoCloseable {
  private final SocketChannel holder; // bound, and neither listening nor connected

  public ClosedPort(String address) throws IOException {
    holder = SocketChannel.open().bind(new InetSocketAddress(TunLab.literal(address), 0));
  }

  public int number() {
    return holder.socket().getLocalPort();
  }

  @Override
  public void close() throws IOException {
    holder.close();
  }
}
