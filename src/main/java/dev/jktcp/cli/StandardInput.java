package dev.jktcp.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Standard input of this process. */
final class StandardInput {
  static final String NAME = "standard input";

  private static final Path DESCRIPTOR = Path.of("/proc/self/fd/0");

  private StandardInput() {}

  /**
   * If the process was started without standard input, the first file that Java opens for itself
   * has its number. That file must not be sent to a peer, so reading fails.
   */
  static InputStream open() {
    return leadsInto(DESCRIPTOR, Path.of(System.getProperty("java.home")))
        ? new Closed()
        : new FileInputStream(FileDescriptor.in);
  }

  static boolean leadsInto(Path descriptor, Path directory) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(directory.toRealPath());
    } catch (IOException | UnsupportedOperationException unknown) { // not on Linux
      return false;
    }
  }

  private static final class Closed extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("is closed: give it a file, a pipe or /dev/null");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return read();
    }
  }
}
