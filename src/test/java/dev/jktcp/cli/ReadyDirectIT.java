package dev.jktcp.cli;

import java.io.IOException;
import java.util.Arrays;

/** All of it with {@code --direct}. */
class ReadyDirectIT extends ReadyIT {
  @Override
  Jktcp start(String line, String... more) throws IOException {
    String[] all = Arrays.copyOf(more, more.length + 1);
    all[more.length] = "--direct";
    return super.start(line, all);
  }
}
