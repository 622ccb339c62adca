package dev.jktcp.proof.interop;

/** Which end our stack is of a connection. */
enum Role {
  CLIENT,
  SERVER
}
