package dev.jktcp.cli;

import dev.jktcp.Pump;
import dev.jktcp.time.Clock;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Shows on a terminal how far a long transfer is, and how much a server moves. A short transfer
 * needs no line: nothing is shown in the first second, nor before {@value #LEAST} bytes. The
 * command's event loop only.
 */
final class Progress {
  private static final long FIRST_MS = 1_000;

  /** A person reads no faster than that. */
  private static final long EVERY_MS = 500;

  private static final int LEAST = 64 * 1024;

  /** A server's transfers are of unknown size, and may be many. */
  private static final long SERVER = Long.MIN_VALUE;

  private final Clock clock;
  private final StatusLine line;
  private final Set<Transfer> running = Collections.newSetFromMap(new IdentityHashMap<>());
  private Rate rate;
  private long startNs;
  private long size;
  private String each = "connection";
  private long forth; // of pumps that are over; likewise the next
  private long back;
  private boolean looking;
  private boolean shown;
  private boolean over;

  Progress(Clock clock, StatusLine line) {
    this.clock = clock;
    this.line = line;
    over = line.isOver();
  }

  /**
   * Shows the command's only transfer. Call it before the pump's start.
   *
   * @param pump sends in its forward direction
   * @param bytes that will be sent; less than 0 if it is not known
   */
  void ofTransfer(Pump pump, long bytes) {
    size = Math.max(bytes, -1);
    add(Transfer.of(pump));
  }

  /** Shows one of a server's pairs, with all others. */
  void ofPair(Pump pump) {
    size = SERVER;
    add(Transfer.of(pump));
  }

  /** Shows one client of a server of datagrams, with all others. */
  void ofClient(Transfer client) {
    size = SERVER;
    each = "client";
    add(client);
  }

  private void add(Transfer transfer) {
    if (over) {
      return;
    }
    running.add(transfer);
    transfer.completion().onComplete(done -> remove(transfer));
    if (!looking) {
      looking = true;
      line.columns(); // asked for now, answered by the time there is something to show
      rate = new Rate();
      startNs = clock.nanoTime();
      rate.sample(startNs, moved());
      clock.once(FIRST_MS, this::look);
    }
  }

  private void remove(Transfer transfer) {
    running.remove(transfer);
    forth += transfer.bytesForth();
    back += transfer.bytesBack();
    if (running.isEmpty()) {
      line.clear();
    }
  }

  private void look() {
    over = line.isOver();
    looking = !over && !running.isEmpty();
    if (!looking) {
      return;
    }
    rate.sample(clock.nanoTime(), moved());
    if (Math.max(moved(), size) >= LEAST) {
      line.show(text());
      shown = true;
    }
    clock.once(EVERY_MS, this::look);
  }

  private String text() {
    int columns = line.columns();
    return size == SERVER
        ? ProgressText.ofServer(columns, running.size(), each, moved(), rate.perSecond())
        : ProgressText.ofTransfer(columns, sent(), size, received(), rate.perSecond());
  }

  private long sent() {
    return forth + running.stream().mapToLong(Transfer::bytesForth).sum();
  }

  private long received() {
    return back + running.stream().mapToLong(Transfer::bytesBack).sum();
  }

  private long moved() {
    return sent() + received();
  }

  /** The last line about a transfer that was shown and ended well; null for none. */
  String summary() {
    if (!shown || line.isOver()) {
      return null;
    }
    double seconds = (clock.nanoTime() - startNs) / 1e9;
    return "sent "
        + ProgressText.bytes(sent())
        + ", received "
        + ProgressText.bytes(received())
        + " in "
        + ProgressText.duration((long) Math.ceil(seconds))
        + ", "
        + ProgressText.bytes((long) (moved() / seconds))
        + "/s";
  }
}
