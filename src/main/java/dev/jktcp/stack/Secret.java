package dev.jktcp.stack;

import dev.jktcp.tcp.connection.SipHash;

/** 128 bits of entropy, from which each use derives its own key. */
record Secret(long entropy0, long entropy1) {
  SipHash key(int use) {
    SipHash secret = new SipHash(entropy0, entropy1);
    return new SipHash(secret.hash(use, 0), secret.hash(use, 1));
  }
}
