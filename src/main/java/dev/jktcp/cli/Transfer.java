package dev.jktcp.cli;

import dev.jktcp.Pump;
import io.vertx.core.Future;

/** A movement that {@link Progress} shows: the two ways of a pump, or of a client's datagrams. */
interface Transfer {
  long bytesForth();

  long bytesBack();

  /** Completes, or fails, at the end. */
  Future<Void> completion();

  static Transfer of(Pump pump) {
    return new Transfer() {
      @Override
      public long bytesForth() {
        return pump.bytesForth();
      }

      @Override
      public long bytesBack() {
        return pump.bytesBack();
      }

      @Override
      public Future<Void> completion() {
        return pump.completion();
      }
    };
  }
}
