package dev.jktcp.script;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The packets of one test run, kept in memory and written only when the run fails. */
public final class PcapDump {
  private record Captured(long timeNs, byte[] packet) {}

  private final List<Captured> packets = new ArrayList<>();

  public void add(long timeNs, byte[] packet) {
    packets.add(new Captured(timeNs, packet));
  }

  /** Writes a classic pcap, LINKTYPE_RAW, under {@code target/} and returns its path. */
  public Path write(String directory, String name) {
    Path file = Path.of("target", directory, name.replaceAll("[^A-Za-z0-9._-]+", "-") + ".pcap");
    try {
      Files.createDirectories(file.getParent());
      try (OutputStream out = Files.newOutputStream(file)) {
        ByteBuffer header = ByteBuffer.allocate(24);
        header.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
        out.write(header.putInt(65535).putInt(101).array());
        for (Captured c : packets) {
          ByteBuffer record = ByteBuffer.allocate(16);
          record.putInt((int) (c.timeNs / 1_000_000_000L));
          record.putInt((int) (c.timeNs % 1_000_000_000L / 1000));
          out.write(record.putInt(c.packet.length).putInt(c.packet.length).array());
          out.write(c.packet);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
