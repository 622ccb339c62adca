package dev.jktcp.proof.interop;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.transport.FaultCounts;
import java.util.Locale;

/**
 * What one connection made of a faulty path; all its bytes arrived and were right.
 *
 * @param bytesPerSecond payload, from the first write until the last byte was read
 * @param path what became of the packets in the direction of the data
 * @param kernel what the kernel tells of its end, of the sending one if both are its own
 * @param info what our end tells, null if there is none
 * @param seen what our end's capture shows, null likewise
 */
record Bulk(
    double bytesPerSecond, FaultCounts path, SocketFacts kernel, TcpInfo info, SeenOnWire seen) {
  long lost() {
    return path.lost() + path.overflowed() + path.tooBig();
  }

  double mbit() {
    return bytesPerSecond * 8 / 1e6;
  }

  String text() {
    return String.format(
        Locale.ROOT,
        "%.1f Mbit/s, %s; ours: %s; the kernel's: %s",
        mbit(),
        path,
        info,
        kernel.line());
  }
}
