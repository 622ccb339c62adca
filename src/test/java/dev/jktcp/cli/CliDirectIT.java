package dev.jktcp.cli;

import java.io.IOException;
import java.util.Arrays;

/** All of it with {@code --direct}: what a user sees is the same. */
class CliDirectIT extends CliIT {
  @Override
  Jktcp start(String line, String... more) throws IOException {
    return super.start(line, direct(more));
  }

  @Override
  Jktcp startOnSmallDisk(int kilobytes, String line, String... more) throws IOException {
    return super.startOnSmallDisk(kilobytes, line, direct(more));
  }

  private static String[] direct(String[] more) {
    String[] all = Arrays.copyOf(more, more.length + 1);
    all[more.length] = "--direct";
    return all;
  }
}
