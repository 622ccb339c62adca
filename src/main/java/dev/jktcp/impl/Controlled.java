package dev.jktcp.impl;

import dev.jktcp.TcpControl;

/** A stream that has what few users need. */
public interface Controlled {
  TcpControl control();
}
