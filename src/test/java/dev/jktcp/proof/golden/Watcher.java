package dev.jktcp.proof.golden;

import dev.jktcp.tcp.TcpInfo;

/** Told what the client's end of a connection does. A step is one packet, tick or call of it. */
interface Watcher {
  /** A packet leaves the client's stack. */
  void onSent(Seen packet, long nowNs);

  /** A packet of the server will now be given to the client's stack. */
  void onArriving(Seen packet, long nowNs);

  /** A step is over, all that it brought about was sent. */
  void onStep(TcpInfo info, long nowNs);
}
