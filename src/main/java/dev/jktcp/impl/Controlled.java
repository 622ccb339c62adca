package dev.jktcp.impl;

import dev.jktcp.TcpControl;

/** A stream that has a {@link TcpControl}. */
public interface Controlled {
  TcpControl control();
}
