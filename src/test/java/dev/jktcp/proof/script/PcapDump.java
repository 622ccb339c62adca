package dev.jktcp.proof.script;

import dev.jktcp.pcap.PcapEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The packets of one test run, kept in memory and written only when somebody wants to look. */
public final class PcapDump {
  // Any wall clock will do, as long as it is the same in every run.
  private static final long EPOCH_MICROS = 1_000_000_000_000L;

  private record Captured(long timeNs, byte[] packet) {}

  private final List<Captured> packets = new ArrayList<>();

  public void add(long timeNs, byte[] packet) {
    packets.add(new Captured(timeNs, packet));
  }

  /** Writes a pcap under {@code target/} and returns its path. */
  public Path write(String directory, String name) {
    Path file = Path.of("target", directory, name.replaceAll("[^A-Za-z0-9._-]+", "-") + ".pcap");
    PcapEncoder encoder = new PcapEncoder(EPOCH_MICROS, 0, PcapEncoder.DEFAULT_SNAPLEN);
    try {
      Files.createDirectories(file.getParent());
      try (OutputStream out = Files.newOutputStream(file)) {
        byte[] header = new byte[PcapEncoder.FILE_HEADER];
        out.write(header, 0, encoder.fileHeader(header, 0));
        for (Captured c : packets) {
          byte[] record = new byte[encoder.recordLength(c.packet.length)];
          encoder.record(record, 0, c.packet, 0, c.packet.length, c.timeNs);
          out.write(record);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
