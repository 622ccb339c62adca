package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGSTOP for 14 s and SIGCONT, for the built jar: longer than each lease, and than all the
 * patience of the default profile. Several pairs of processes are stopped at once.
 */
@Timeout(240)
class StopIT {
  private static final long STOP_S = 14;
  private static final int SIZE = 16 * 1024 * 1024;
  private static final int BEFORE = 256 * 1024; // bytes that arrive before the stop

  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(16);
  private final List<AutoCloseable> opened = new ArrayList<>();

  @TempDir Path dir;

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : opened) each.close();
    threads.shutdownNow();
  }

  private <T extends AutoCloseable> T open(T closeable) {
    opened.add(0, closeable);
    return closeable;
  }

  /** A kernel's connection through `forward` and `expose`, or `listen --echo`. */
  private final class Way {
    final String name;
    final Jktcp near;
    final Jktcp far;
    final Socket client;
    final Socket server; // the client again if the far side echoes
    private final byte[] bytes = new byte[SIZE];
    private final byte[] arrived = new byte[SIZE];
    private Future<?> writing;

    Way(int number, boolean echo, String profile) throws Exception {
      name = number + (echo ? " echo " : " expose ") + profile;
      new Random(number).nextBytes(bytes);
      ServerSocket listening = open(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
      String what = echo ? "listen 80 --echo" : "expose 80:127.0.0.1:" + listening.getLocalPort();
      String options = " --profile " + profile + " --transport ";
      far = start(what + options + "unix-listen:link" + number, "10.7.0.2", "10.7.0.1");
      far.ready();
      near =
          start("forward 0:10.7.0.2:80" + options + "unix:link" + number, "10.7.0.1", "10.7.0.2");
      client = open(new Socket("127.0.0.1", near.port()));
      server = echo ? client : open(listening.accept());
    }

    private Jktcp start(String line, String local, String peer) throws IOException {
      return open(Jktcp.start(dir, line, "--local=" + local, "--peer=" + peer));
    }

    /** Writes all, of which the reader takes only the beginning: the rest fills every buffer. */
    Way transferring() throws Exception {
      writing = threads.submit(this::writeAll);
      readTo(0, BEFORE);
      return this;
    }

    /** Everything that was written has arrived. */
    Way quiet() throws Exception {
      client.getOutputStream().write(bytes, 0, 1000);
      new DataInputStream(server.getInputStream()).readFully(new byte[1000]);
      return this;
    }

    private Void writeAll() throws IOException {
      OutputStream out = client.getOutputStream();
      for (int at = 0; at < SIZE; at += 64 * 1024) out.write(bytes, at, 64 * 1024);
      return null;
    }

    private void readTo(int from, int to) throws IOException {
      new DataInputStream(server.getInputStream()).readFully(arrived, from, to - from);
    }

    @Override
    public String toString() {
      return name + ": near says " + near.saidSoFar() + ", far " + far.saidSoFar();
    }

    void completes() throws Exception {
      if (writing == null) {
        writing = threads.submit(this::writeAll);
        readTo(0, SIZE);
      } else {
        readTo(BEFORE, SIZE);
      }
      writing.get(60, TimeUnit.SECONDS);
      assertArrayEquals(bytes, arrived);
      assertTrue(near.isAlive() && far.isAlive());
    }
  }

  @Test
  void everyCommand_goesOn() throws Exception {
    List<Way> ways = new ArrayList<>();
    List<Jktcp> stopped = new ArrayList<>();

    Way both = new Way(1, false, "reliable-link").transferring(); // a container that is frozen
    stopped.addAll(List.of(both.near, both.far));
    ways.add(both);

    Way far = new Way(2, false, "internet").transferring(); // whose peer lives on, and is patient
    stopped.add(far.far);
    ways.add(far);

    Way near = new Way(3, true, "reliable-link").quiet();
    stopped.add(near.near);
    ways.add(near);

    Way echo = new Way(4, true, "reliable-link").quiet();
    stopped.add(echo.far);
    ways.add(echo);

    for (Jktcp each : stopped) each.freeze();
    Future<Void> thawed =
        threads.schedule(
            () -> {
              for (Jktcp each : stopped) each.thaw();
              return null;
            },
            STOP_S,
            TimeUnit.SECONDS);
    thawed.get(60, TimeUnit.SECONDS);
    List<Future<Void>> done = new ArrayList<>();
    for (Way way : ways) {
      done.add(
          threads.submit(
              () -> {
                way.completes();
                return null;
              }));
    }
    for (int i = 0; i < done.size(); i++) {
      try {
        done.get(i).get(120, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new AssertionError(ways.get(i) + ": " + e.getCause(), e);
      }
    }
  }
}
