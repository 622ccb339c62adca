package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TimedFlow;

/**
 * An entry of the wheel for the stack's own work at a time, not for a peer's flow. Like any entry
 * it shows a stop of the process, and waits after one.
 */
final class Alarm extends TimedFlow {
  Alarm() {
    super(null, 0, null, 0);
  }
}
