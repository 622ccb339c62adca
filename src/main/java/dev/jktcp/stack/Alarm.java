package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Flow;

/**
 * An entry of the wheel that is the flow of no peer: what the stack itself is to do at a time. By
 * the wheel's entries a stop of the process is noticed, and each waits after one.
 */
final class Alarm extends Flow {
  Alarm() {
    super(null, 0, null, 0);
  }
}
