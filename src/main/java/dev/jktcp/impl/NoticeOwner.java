package dev.jktcp.impl;

/** The owner of a UDP port or a ping of the core, which gets its notices. Adapter context only. */
interface NoticeOwner {
  /** The port or ping has news to take. */
  void onNotice();

  /** The owner has thrown, or its port is gone with its address. No more notices follow. */
  void onFault(Throwable thrown);
}
