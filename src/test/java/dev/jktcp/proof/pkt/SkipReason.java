package dev.jktcp.proof.pkt;

/** Why a script is not played to its end: the whole list. */
enum SkipReason {
  /** It is not in the language, as far as this runner reads it. */
  SYNTAX,
  /** A {@code --option} this runner does not have. */
  OPTION,
  /** A file that a command names is not there. */
  INCLUDE,
  /** A shell command that is not one of those whose effect the runner knows. */
  COMMAND,
  /** A kernel setting that the stack has no counterpart of. */
  SYSCTL,
  /** A system call that only a kernel has: epoll, splice, sendfile, another protocol's sockets. */
  KERNEL_CALL,
  /** A known call with a flag or argument whose meaning the runner does not play. */
  ARGUMENT,
  /** A socket option without a counterpart. */
  SOCKET_OPTION,
  /** A code snippet beyond assertions, assignments and arithmetic. */
  CODE,
  /** A field of the kernel's tcp_info that the stack does not keep. */
  INFO_FIELD,
  /** A packet that is neither TCP nor an ICMP error that arrives. */
  PROTOCOL,
  /** A packet with its own ports: of a connection that no call of the script made. */
  PORTS,
  /** What only TCP Fast Open (RFC 7413) does, which the stack has not. */
  FAST_OPEN,
  /** It got to its end only because {@code -Dpkt.forgive} looked away. */
  FORGIVEN
}
