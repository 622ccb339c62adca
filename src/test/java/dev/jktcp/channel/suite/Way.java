package dev.jktcp.channel.suite;

/** How a suite's packets go. */
enum Way {
  /** Over loopback by kernel NIO. */
  KERNEL("kernel"),
  /** One adapter has 127.0.0.1 and ::1: what it sends to itself stays inside the stack. */
  ONE_ADAPTER("one adapter"),
  /** Servers are in an adapter with these addresses, clients in one with others; a pipe between. */
  TWO_ADAPTERS("two adapters"),
  /** As {@link #KERNEL}, with a single event loop for all of a process. */
  KERNEL_ONE_LOOP("kernel on one loop"),
  /** As {@link #ONE_ADAPTER}, and that loop is the adapter's: nothing crosses loops. */
  ONE_LOOP("one adapter on one loop"),
  /** An adapter at a TUN device, for tests whose other end is a kernel socket of their own. */
  TUN("an adapter at a TUN device");

  private static final String PROPERTY = "suite.way";

  final String text;

  Way(String text) {
    this.text = text;
  }

  /** That of this process; null if it runs no suite. */
  static Way ofProcess() {
    String name = System.getProperty(PROPERTY);
    return name == null ? null : valueOf(name);
  }

  String option() {
    return "-D" + PROPERTY + "=" + name();
  }

  boolean isStack() {
    return this != beside();
  }

  boolean hasOneLoop() {
    return this == KERNEL_ONE_LOOP || this == ONE_LOOP;
  }

  /** The kernel's way that it is compared with. */
  Way beside() {
    return hasOneLoop() ? KERNEL_ONE_LOOP : KERNEL;
  }
}
