package dev.jktcp.impl;

import dev.jktcp.context.Contexts;
import dev.jktcp.pcap.PcapFile;
import dev.jktcp.transport.CapturingTransport;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;

/** The captures of an adapter's packets, one at a time. Adapter context only. */
final class Captures {
  private final ContextInternal context;
  private final CapturingTransport transport;
  private Future<PcapFile> current; // null without a capture

  Captures(ContextInternal context, CapturingTransport transport) {
    this.context = context;
    this.transport = transport;
  }

  Future<Void> start(String path) {
    if (current != null) {
      return Future.failedFuture(
          new IllegalStateException("a capture is under way: stop it first"));
    }
    current = PcapFile.create(context.owner(), path);
    return current
        .onSuccess(transport::capture)
        .onFailure(cause -> current = null)
        .<Void>mapEmpty();
  }

  /** Completes when the file is written; at once if there is no capture. */
  Future<Void> stop() {
    if (current == null) {
      return Future.succeededFuture();
    }
    Future<PcapFile> stopped = current;
    current = null;
    return stopped.compose(
        file -> {
          transport.capture(null);
          return file.end();
        });
  }

  /**
   * Runs the task at once or, if a capture is about to begin, once its file is open, so that the
   * capture misses no packet of the task.
   */
  void onceBegun(Runnable task) {
    if (current == null || current.isComplete()) {
      task.run();
    } else {
      current.onComplete(file -> Contexts.runOnThread(context, () -> onceBegun(task)));
    }
  }
}
