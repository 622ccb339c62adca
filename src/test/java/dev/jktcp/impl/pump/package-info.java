/**
 * Pumps between streams of every kind: in memory, over the stack, over kernel sockets with and
 * without TLS.
 */
package dev.jktcp.impl.pump;
