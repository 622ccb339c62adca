package dev.jktcp.impl.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Parts of files, as {@code sendFile} writes them. */
final class FileRegions {
  private FileRegions() {}

  /**
   * @return whether all of it is written; if not, the channel gets a turn once there is room
   */
  static boolean write(ChannelOutboundBuffer in, FileRegion region, ChannelEnd end, int sendBuffer)
      throws IOException {
    Target target = new Target(end, sendBuffer);
    while (region.transferred() < region.count()) {
      long moved = region.transferTo(target, region.transferred());
      if (moved > 0) {
        in.progress(moved);
      }
      if (target.full) {
        return region.transferred() >= region.count() && in.remove();
      }
      if (moved <= 0) {
        throw new IOException(
            "the file ends after "
                + region.transferred()
                + " of "
                + region.count()
                + " bytes to be sent");
      }
    }
    return in.remove();
  }

  /** The connection as the JDK writes to it. */
  private static final class Target implements WritableByteChannel {
    private final ChannelEnd end;
    private final int sendBuffer;
    private boolean full;

    Target(ChannelEnd end, int sendBuffer) {
      this.end = end;
      this.sendBuffer = sendBuffer;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      ByteBuf data = Unpooled.wrappedBuffer(bytes);
      int written = 0;
      while (data.isReadable() && !full) {
        int taken = end.write(data, sendBuffer);
        written += taken;
        full = taken == 0;
      }
      bytes.position(bytes.position() + written);
      return written;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
