package dev.jktcp.proof.interop;

import static dev.jktcp.proof.interop.KernelLab.await;

import dev.jktcp.proof.progress.Figures;
import io.vertx.core.Future;
import java.util.Locale;

/** Bytes through a link, checked at the other end, and how fast they went. */
final class Transfer {
  private static final double NS_PER_S = 1e9;

  private final String name;
  private final Link link;
  private long total;

  /**
   * @param name for the line that says how fast it went
   */
  Transfer(String name, Link link) {
    this.name = name;
    this.link = link;
  }

  /** From us to the kernel, then from the kernel to us. */
  Transfer oneWayThenTheOther(long bytes) {
    total += bytes;
    long start = System.nanoTime();
    link.ours().send(bytes);
    await(link.kernels().received(total));
    long middle = System.nanoTime();
    link.kernels().send(bytes);
    await(link.ours().received(total));
    print(
        "up " + rate(bytes, middle - start) + ", down " + rate(bytes, System.nanoTime() - middle));
    return this;
  }

  /** Both ways at the same time. */
  Transfer bothWays(long bytes) {
    total += bytes;
    long start = System.nanoTime();
    link.ours().send(bytes);
    link.kernels().send(bytes);
    await(Future.all(link.kernels().received(total), link.ours().received(total)));
    print("each way at once " + rate(bytes, System.nanoTime() - start));
    return this;
  }

  /** FINs both ways; each must come right behind the last byte. */
  void end() {
    Future<Void> finAcknowledged = link.ours().stream().end();
    await(link.kernels().ended(total));
    await(finAcknowledged);
    link.kernels().shutdownOutput();
    await(link.ours().ended(total));
    await(link.ours().closed());
    link.kernels().close();
  }

  private void print(String rates) {
    Figures.note("goodput " + name + ": " + rates);
  }

  private static String rate(long bytes, long ns) {
    return String.format(Locale.ROOT, "%.0f MB/s", bytes * NS_PER_S / 1e6 / ns);
  }
}
