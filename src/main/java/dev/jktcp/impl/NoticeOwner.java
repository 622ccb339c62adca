package dev.jktcp.impl;

/** What is attached to a UDP port or a ping of the core and hears of it. Adapter context only. */
interface NoticeOwner {
  /** There is something to take. */
  void onNotice();

  /** It threw, or its port is gone with its address: it is told no more. */
  void onFault(Throwable thrown);
}
