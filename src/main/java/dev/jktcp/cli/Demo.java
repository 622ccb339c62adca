package dev.jktcp.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jktcp.Pump;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.TcpInfo;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A tour in which every stop is checked: two stacks joined in this process by a link that loses one
 * packet in a hundred.
 */
final class Demo implements AutoCloseable {
  private static final int FILE_PORT = 2000;
  private static final int ECHO_PORT = 7;
  private static final int RESET_PORT = 9;
  private static final int CLOSED_PORT = 81;

  private static final int MIB = 1 << 20;
  private static final int FILE_SIZE = 64 * MIB;

  private static final long STEP_TIMEOUT_S = 60;

  /** The time between two looks at the transfer; a terminal shows each. */
  private static final long LOOK_MS = 500;

  private static final long ASK_MS = 200;

  private static final int LOOKS_A_LINE = 2; // on anything but a terminal, where each is a line

  /** Commands to try in two terminals, one line each, and hints for more. */
  private static final List<String> NEXT =
      List.of(
          "To try next, in two terminals; what you type into the second comes back:",
          "  %s listen 7 --echo --transport unix-listen:demo.sock --local 10.7.0.2",
          "  %s connect 10.7.0.2:7 --transport unix:demo.sock --local 10.7.0.1",
          "Every packet of this demo, for Wireshark: %s demo --pcap demo.pcap",
          "All commands: %s help");

  private final Console console;
  private final Vertx vertx;
  private final Path pcap; // null for none
  private final Path dir;
  private final Path sent;
  private final Path received;
  private final AnyAdapter here;
  private final AnyAdapter there;
  private final StatusLine line;

  /**
   * @param pcap the file for every packet; null for no capture
   */
  Demo(Console console, boolean direct, Path pcap) throws IOException {
    this.console = console;
    this.pcap = pcap;
    this.vertx = Session.quietVertx(console, 0);
    PrintStream out = new PrintStream(console.out(), true, UTF_8);
    line = StatusLine.of(out, console.outTerminal());
    line.columns(); // asked for now, answered by the time there is something to show
    Runtime.getRuntime().addShutdownHook(new Thread(line::end, "interrupted"));
    dir = Files.createTempDirectory("jktcp-demo-");
    sent = dir.resolve("sent");
    received = dir.resolve("received");
    for (Path each : List.of(dir, sent, received)) {
      each.toFile().deleteOnExit(); // after a signal as well; the last one first
    }
    DemoPair pair = direct ? DemoPair.direct(vertx) : await(DemoPair.deployed(vertx));
    here = pair.here();
    there = pair.there();
  }

  void run() throws IOException {
    console.print(
        "Two TCP stacks in this process, " + DemoPair.HERE + " and " + DemoPair.THERE + ".");
    console.print("The link between them loses 1 packet in 100, each way.");
    if (pcap != null) {
      await(here.pcap(pcap.toString()));
    }
    final double seconds = transfer();
    halfClose();
    refused();
    reset();
    if (pcap != null) {
      await(here.stopPcap());
      console.print(String.format("Every packet of it: %s. To look: tshark -r %s", pcap, pcap));
    }
    console.print(
        String.format(
            Locale.ROOT, "demo: ok, %d MiB byte for byte in %.1f s", FILE_SIZE / MIB, seconds));
    console.print("");
    NEXT.forEach(next -> console.print(String.format(next, self())));
  }

  /** The command that runs this program. */
  private static String self() {
    String from = Demo.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return from.endsWith(".jar") ? "java -jar " + nearest(Path.of(from)) : "jktcp";
  }

  /** A path within the working directory is printed relative to it, which is shorter. */
  private static Path nearest(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path) : path;
  }

  /** A file read by a pump on one side, written by a pump on the other. */
  private double transfer() throws IOException {
    makeFile();
    Promise<TcpStream> serving = Promise.promise();
    await(there.listen(FILE_PORT, stream -> sendFile(stream, serving)));
    final long startNs = System.nanoTime();
    Pump pump = await(connect(FILE_PORT).compose(this::receive));
    TcpStream sender = await(serving.future());
    Future<Void> done = pump.completion();
    for (int i = 0; !done.isComplete(); i++) {
      waitAtMost(done, LOOK_MS);
      if (!line.isOver()) {
        line.show(progress(pump, sender, startNs));
      } else if (i % LOOKS_A_LINE == 0) {
        console.print(progress(pump, sender, startNs));
      }
    }
    await(done);
    double seconds = (System.nanoTime() - startNs) / 1e9;
    line.end();
    console.print(progress(pump, sender, startNs));
    String sentHash = sha256(sent);
    check(sentHash.equals(sha256(received)), "the file changed on its way");
    console.print("SHA-256 on both sides: " + sentHash);
    return seconds;
  }

  /** Numbered lines: a reader of the capture sees the position. */
  private void makeFile() throws IOException {
    byte[] line =
        "line 00000000 of a file that has to arrive byte for byte       \n".getBytes(US_ASCII);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(sent), MIB)) {
      for (int i = 1; i <= FILE_SIZE / line.length; i++) {
        for (int digit = 12, rest = i; rest > 0; digit--, rest /= 10) {
          line[digit] = (byte) ('0' + rest % 10);
        }
        out.write(line);
      }
    }
  }

  private void sendFile(TcpStream stream, Promise<TcpStream> serving) {
    vertx
        .fileSystem()
        .open(sent.toString(), new OpenOptions().setWrite(false))
        .onSuccess(
            file -> {
              file.setReadBufferSize(64 * 1024);
              Pump.pump(file, stream).start().completion().onComplete(v -> file.close());
              serving.complete(stream);
            })
        .onFailure(serving::fail);
  }

  /** On the stream's context: a file opened there reports there. */
  private Future<Pump> receive(TcpStream stream) {
    stream.pause();
    return vertx
        .fileSystem()
        .open(received.toString(), new OpenOptions().setTruncateExisting(true))
        .map(file -> Pump.pump(stream, file).start());
  }

  private String progress(Pump pump, TcpStream sender, long startNs) {
    TcpInfo info = await(sender.info());
    double seconds = (System.nanoTime() - startNs) / 1e9;
    return String.format(
        Locale.ROOT,
        "%3d %%  %5.1f MiB  %6.1f MiB/s  %d segments sent again",
        pump.bytes() * 100 / FILE_SIZE,
        pump.bytes() / (double) MIB,
        pump.bytes() / seconds / MIB,
        info.retransmits());
  }

  /** The client ends its side first, and the answer still arrives. */
  private void halfClose() {
    await(
        there.listen(
            ECHO_PORT,
            stream -> {
              Buffer heard = Buffer.buffer();
              stream.handler(heard::appendBuffer);
              stream.endHandler(v -> stream.end(Buffer.buffer("you said: " + heard)));
            }));
    TcpStream stream = await(connect(ECHO_PORT));
    Buffer answer = Buffer.buffer();
    Promise<String> answered = Promise.promise();
    stream.handler(answer::appendBuffer);
    stream.endHandler(v -> answered.complete(answer.toString()));
    stream.exceptionHandler(answered::fail);
    stream.end(Buffer.buffer("that is all"));
    String text = await(answered.future());
    check(text.equals("you said: that is all"), "the answer was '" + text + "'");
    console.print("Half-close: after our end the other side answered '" + text + "'.");
  }

  private void refused() {
    String error = failure(connect(CLOSED_PORT).mapEmpty());
    check(error.startsWith("connection refused"), "port " + CLOSED_PORT + ": " + error);
    console.print("A port without a listener: " + error + ".");
  }

  private void reset() {
    await(there.listen(RESET_PORT, TcpStream::reset));
    TcpStream stream = await(connect(RESET_PORT));
    Promise<Void> end = Promise.promise();
    stream.exceptionHandler(end::fail);
    stream.endHandler(end::complete);
    // The link may lose the reset, which nobody sends again, even after the first question was
    // acknowledged. The next one draws another.
    long asking =
        vertx.setPeriodic(ASK_MS, ASK_MS, id -> stream.write(Buffer.buffer("still there?")));
    stream.write(Buffer.buffer("are you there?"));
    String error = failure(end.future());
    vertx.cancelTimer(asking);
    check(error.startsWith("connection reset"), "port " + RESET_PORT + ": " + error);
    console.print("A peer that gives up: " + error + ".");
  }

  private Future<TcpStream> connect(int port) {
    return here.connect(new TcpConnectOptions().setPort(port));
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void check(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalStateException("demo: " + otherwise);
    }
  }

  private static String failure(Future<Void> future) {
    try {
      future.toCompletionStage().toCompletableFuture().get(STEP_TIMEOUT_S, TimeUnit.SECONDS);
      return "no error";
    } catch (ExecutionException e) {
      return Failure.line(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException("demo: no end in sight", e);
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(STEP_TIMEOUT_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("demo: " + Failure.line(e), e);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException("demo: no end in sight", e);
    }
  }

  private static void waitAtMost(Future<Void> future, long ms) {
    try {
      future.toCompletionStage().toCompletableFuture().get(ms, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Not yet done, or await will report it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    line.end();
    await(here.close());
    await(there.close());
    await(vertx.close()); // not chained: the event loops of the others end with it
    Files.deleteIfExists(sent);
    Files.deleteIfExists(received);
    Files.deleteIfExists(dir);
  }
}
