package dev.jktcp.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last line of a terminal, drawn again and again; other lines go above it. A terminal may stand
 * still for as long as its user likes (Ctrl-S), so an executor draws. Any thread.
 */
final class StatusLine {
  private static final String ERASE_TO_THE_RIGHT = "\u001b[K";

  /** How long the end waits for a terminal that takes nothing. */
  private static final long END_MS = 500;

  private final PrintStream to;
  private final Terminal terminal;
  private final Executor drawer;
  private final AtomicReference<String> next = new AtomicReference<>();

  private final ReentrantLock lock = new ReentrantLock(); // of the next two
  private String shown = "";
  private volatile boolean over;

  /**
   * @param terminal the one behind {@code to}
   */
  StatusLine(PrintStream to, Terminal terminal, Executor drawer) {
    this.to = to;
    this.terminal = terminal;
    this.drawer = drawer;
    over = !terminal.isThere();
  }

  /** A line that a thread of its own draws; the thread ends when idle for a while. */
  static StatusLine of(PrintStream to, Terminal terminal) {
    ThreadPoolExecutor drawer =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
    drawer.allowCoreThreadTimeOut(true);
    return new StatusLine(to, terminal, drawer);
  }

  /** Whether anything is drawn at all. */
  boolean isOver() {
    return over;
  }

  int columns() {
    return terminal.recentSize().columns();
  }

  /**
   * Replaces the line by as much of the text as fits. If several wait for the terminal, the last
   * one is drawn.
   */
  void show(String whole) {
    int most = Math.max(0, columns() - 1); // some wrap when their last column is written
    replace(whole.length() <= most ? whole : whole.substring(0, most));
  }

  /** Shows nothing until the next text; needs no size for that. */
  void clear() {
    replace("");
  }

  private void replace(String text) {
    if (!over && next.getAndSet(text) == null) {
      drawer.execute(this::draw);
    }
  }

  private void draw() {
    lock.lock();
    try {
      String text = next.getAndSet(null);
      if (!over && text != null && !text.equals(shown)) {
        to.print("\r" + text + remainderErased(text));
        to.flush();
        shown = text;
      }
    } finally {
      lock.unlock();
    }
  }

  private String remainderErased(String text) {
    if (!terminal.isDumb()) {
      return ERASE_TO_THE_RIGHT;
    }
    int rest = Math.max(0, shown.length() - text.length());
    return " ".repeat(rest) + "\b".repeat(rest);
  }

  /** Prints whole lines above the status line. */
  void above(Runnable print) {
    if (!terminal.isThere()) {
      print.run();
      return;
    }
    lock.lock();
    try {
      erase();
      print.run();
    } finally {
      lock.unlock();
    }
  }

  private void erase() {
    if (!shown.isEmpty()) {
      to.print("\r" + remainderErased("") + "\r");
      to.flush();
      shown = "";
    }
  }

  /** Erases the line for good. */
  void end() {
    over = true;
    if (!terminal.isThere()) {
      return;
    }
    try {
      if (lock.tryLock(END_MS, TimeUnit.MILLISECONDS)) {
        try {
          erase();
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Output that may go to the same terminal: its first byte ends the status line. */
  OutputStream endedBy(OutputStream output) {
    return new OutputStream() {
      @Override
      public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (!over) {
          end();
        }
        output.write(bytes, offset, length);
      }

      @Override
      public void flush() throws IOException {
        output.flush();
      }
    };
  }
}
