package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TimedFlow;

/**
 * An entry of the wheel that is the flow of no peer: what the stack itself is to do at a time. By
 * the wheel's entries a stop of the process is noticed, and each waits after one.
 */
final class Alarm extends TimedFlow {
  Alarm() {
    super(null, 0, null, 0);
  }
}
