package dev.jktcp.cli;

import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.control.ControlSocket;
import dev.jktcp.time.Clock;
import dev.jktcp.time.TimeLimit;
import dev.jktcp.transport.TransportUri;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The life of a command that has a tunnel: it starts on one event loop, runs until it is done,
 * fails or is interrupted, and then closes everything it opened, so that peers get a FIN and a
 * capture is whole.
 */
final class Session implements PairLog {
  /** A command has one adapter, its bridge and its sockets, each on one loop. */
  private static final int LOOPS = 4;

  /** A peer that takes nothing must not keep a process alive. */
  static final long CLOSE_TIMEOUT_MS = 3_000;

  /**
   * A part of that time, for the lines about connections: their adapter may not answer any more.
   */
  private static final long REPORT_TIMEOUT_MS = 1_000;

  /** How long a last line waits for a reader of standard error. */
  private static final long SAY_TIMEOUT_MS = 500;

  /**
   * Long enough for a FIN that the other side repeats after a lost ACK, at its first two timeouts.
   */
  private static final long LAST_ACK_MS = 700;

  private static final Throwable INTERRUPTED = new VertxException("interrupted", true);
  private static final Throwable DONE = new VertxException("the command is done", true);

  private final Console console;
  private final CommonOptions options;
  private final Vertx vertx;
  private final Promise<Void> over = Promise.promise();
  private final List<Supplier<Future<Void>>> closers = new ArrayList<>();
  private final Unfinished unfinished = new Unfinished();
  private final LineLimit complaints;
  private final LineLimit details; // lines that only --verbose shows
  private final Progress progress;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean interrupted;
  private Tunnel tunnel;

  /** A command's work once there is a session; the future completes at its end. */
  interface Body {
    Future<Void> start(Session session);
  }

  private Session(Console console, CommonOptions options) {
    this.console = console;
    this.options = options;
    this.vertx = quietVertx(console, options.verbosity());
    Clock clock = Clock.of(vertx);
    this.complaints = new LineLimit(clock, line -> console.say(Tint.WARNING, line));
    this.details = new LineLimit(clock, console::say);
    this.progress = new Progress(clock, console.status());
  }

  /**
   * A quiet Vert.x that unpacks no files, and whose memory is watched.
   *
   * @param verbosity how often the user has asked for more
   */
  static Vertx quietVertx(Console console, int verbosity) {
    FileSystemOptions files =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS).setFileSystemOptions(files));
    OutOfMemory memory = OutOfMemory.watch(vertx);
    LineLimit lines = new LineLimit(Clock.of(vertx), line -> console.say(Tint.WARNING, line));
    Warnings warnings = new Warnings(lines, memory::onError, verbosity);
    warnings.install();
    vertx.exceptionHandler(warnings::unexpected);
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> warnings.unexpected(error));
    return vertx;
  }

  /** Runs to the end and gives the exit code. */
  static int run(Console console, CommonOptions options, int announcedRsdPort, Body body) {
    return new Session(console, options).run(announcedRsdPort, body);
  }

  private int run(int announcedRsdPort, Body body) {
    Thread hook = new Thread(this::onInterrupt, "interrupted");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException endingAlready) {
      return Failure.FAILED; // by a signal
    }
    vertx.runOnContext(v -> begin(announcedRsdPort, body));
    int code = await();
    console.status().end();
    close();
    closed.countDown();
    return code;
  }

  private void begin(int announcedRsdPort, Body body) {
    try {
      tunnel =
          options.direct
              ? new DirectTunnel(vertx, options, announcedRsdPort)
              : new DeployedTunnel(vertx, options, announcedRsdPort);
      beSeen();
      body.start(this).onSuccess(over::tryComplete).onFailure(over::tryFail);
    } catch (RuntimeException e) {
      over.tryFail(e);
    }
  }

  /** A command that stats cannot see works all the same. */
  private void beSeen() {
    Future<ControlSocket> socket =
        ControlPoint.open(
            vertx,
            options.command(),
            options.asAsked(options.transport).toString(),
            tunnel.adapter());
    closing(
        () -> socket.transform(o -> o.failed() ? Future.succeededFuture() : o.result().close()));
    if (options.verbosity() > 0) {
      socket.onFailure(
          cause -> console.say("jktcp stats cannot see this command: " + Failure.line(cause)));
    }
  }

  private int await() {
    try {
      over.future().toCompletionStage().toCompletableFuture().get();
      return Failure.OK;
    } catch (ExecutionException e) {
      if (!interrupted) {
        console.fail(Failure.line(e));
      }
      return Failure.exitCode(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Failure.FAILED;
    }
  }

  /** On a signal; the process ends when this returns. */
  private void onInterrupt() {
    if (closed.getCount() == 0) {
      return; // the command has ended, and this is its exit
    }
    interrupted = true;
    over.tryFail("interrupted");
    try {
      if (!closed.await(CLOSE_TIMEOUT_MS + 500, TimeUnit.MILLISECONDS)) {
        Thread saying = new Thread(() -> console.fail("interrupted before all was closed"));
        saying.setDaemon(true);
        saying.start();
        saying.join(SAY_TIMEOUT_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void close() {
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(v -> closeAll().onComplete(done));
    try {
      done.future()
          .eventually(vertx::close)
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // The command is over, well or not; anything left open ends with the process.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Future<Void> closeAll() {
    Throwable why = interrupted ? INTERRUPTED : over.future().cause();
    Future<Void> reported = unfinished.cutOff(why == null ? DONE : why).otherwiseEmpty();
    Future<Void> all = TimeLimit.of(vertx, REPORT_TIMEOUT_MS, reported, () -> null);
    complaints.flush();
    details.flush();
    for (Supplier<Future<Void>> closer : closers) {
      all = all.eventually(closer::get);
    }
    return all.eventually(() -> tunnel == null ? Future.succeededFuture() : tunnel.close());
  }

  // --- for the commands; event loop only

  Vertx vertx() {
    return vertx;
  }

  Console console() {
    return console;
  }

  CommonOptions options() {
    return options;
  }

  Tunnel tunnel() {
    return tunnel;
  }

  Future<AnyAdapter> adapter() {
    return tunnel.adapter();
  }

  /** Closes this as well at the end, before the tunnel. */
  void closing(Supplier<Future<Void>> closer) {
    closers.add(closer);
  }

  /**
   * Prints one line once a server listens.
   *
   * @param listening completes when the adapter listens
   */
  void ready(String what, Future<?> listening) {
    tunnel.bound(listening).map(options::asAsked).onSuccess(uri -> sayReady(what, uri));
  }

  /**
   * As above, for a server whose clients are the kernel's. If the transport listens, no peer has
   * joined it yet, and a second line says that clients wait.
   */
  void serving(String what) {
    tunnel
        .bound()
        .map(options::asAsked)
        .onSuccess(
            uri -> {
              sayReady(what, uri);
              if (uri.kind().listens()) {
                console.say("clients wait until the other side joins " + uri);
              }
            });
  }

  private void sayReady(String what, TransportUri over) {
    console.say(Tint.GOOD, "ready: " + what + ", over " + over);
  }

  @Override
  public void holds(Future<?> end, Consumer<Throwable> cut) {
    unfinished.add(end, cut);
  }

  /** For a server: never completes, and fails when the tunnel does. */
  Future<Void> untilLost() {
    Promise<Void> lost = Promise.promise();
    adapter()
        .onFailure(lost::tryFail)
        .onSuccess(adapter -> adapter.closeHandler(cause -> lost.tryFail(endText(adapter, cause))));
    return lost.future();
  }

  private static String endText(AnyAdapter adapter, Throwable cause) {
    return cause == null || adapter.wasOpen() ? lostText(cause) : Failure.line(cause);
  }

  private static String lostText(Throwable cause) {
    String why = cause == null ? "the other side left" : Failure.line(cause);
    return why.startsWith("transport lost") ? why : "transport lost: " + why;
  }

  @Override
  public void begins(TcpStream stream, Pump pump) {
    progress.ofPair(pump);
    detail("begins", stream, "connected");
  }

  @Override
  public void begins(Transfer client) {
    progress.ofClient(client);
  }

  /** Joins the command's only connection to standard input and output. */
  void begins(TcpStream stream, Pump pump, long bytesToSend) {
    progress.ofTransfer(pump, bytesToSend);
    detail("begins", stream, "connected");
  }

  private void detail(String kind, TcpStream stream, String what) {
    if (options.verbosity() > 0) {
      details.say(kind, InfoLine.ends(stream) + ": " + what);
    }
  }

  /** If progress was shown, prints how much the only connection has moved. */
  void sayMoved() {
    String summary = progress.summary();
    console.status().end();
    if (summary != null) {
      console.say(summary);
    }
  }

  /** For a server: prints the line about a connection, if {@code --info} asked for it. */
  @Override
  public void report(TcpStream stream, Throwable failure) {
    report(stream, failure, console::print);
  }

  /**
   * Prints the line about a connection one turn after its end, when the stream knows the reason. If
   * the connection failed, waits for its reset first. Completes when the line is printed.
   */
  Future<Void> report(TcpStream stream, Throwable failure, Consumer<String> out) {
    detail("ends", stream, failure == null ? "ended" : Failure.line(failure));
    if (!options.info) {
      return Future.succeededFuture();
    }
    Promise<String> line = Promise.promise();
    Future<Void> over = failure == null ? Future.succeededFuture() : stream.reset();
    over.onComplete(
        known -> vertx.runOnContext(v -> InfoLine.of(stream, failure).onComplete(line)));
    Future<Void> said = line.future().onSuccess(out::accept).mapEmpty();
    unfinished.addReport(said);
    return said;
  }

  @Override
  public void complain(String who, Throwable cause) {
    complain(cause, who + ": ");
  }

  /** The same of the only user, who needs no name. */
  void complain(Throwable cause) {
    complain(cause, "");
  }

  private void complain(Throwable cause, String who) {
    if (!unfinished.isCutOff()) {
      complaints.say(Failure.kind(cause), who + Failure.line(cause));
    }
  }

  /** The first time is a line for every user, because a limit is reached. */
  @Override
  public void gaveWay(String who, long times) {
    if (times == 1) {
      complaints.say(
          "places", "all places of --udp-clients are taken: silent clients give way to new ones");
    }
    if (options.verbosity() > 0) {
      details.say("places", "client " + who + ": gave its place, " + times + " so far");
    }
  }

  /** A result as a value, so that a step can come between a future and its outcome. */
  static Future<Void> same(AsyncResult<Void> result) {
    return result.succeeded() ? Future.succeededFuture() : Future.failedFuture(result.cause());
  }

  /**
   * Waits after the only connection, if its path loses packets: if our last ACK was lost, the
   * peer's FIN comes again. The wait ends early when the other side goes.
   */
  Future<Void> lingered(TcpStream stream) {
    return stream
        .info()
        .compose(
            info ->
                options.isLossy() || info.retransmits() > 0
                    ? lingered(adapter().result())
                    : Future.succeededFuture());
  }

  private Future<Void> lingered(AnyAdapter adapter) {
    Promise<Void> enough = Promise.promise();
    adapter.closeHandler(cause -> enough.tryComplete());
    vertx.setTimer(LAST_ACK_MS, timer -> enough.tryComplete());
    return enough.future();
  }
}
