/**
 * Netty channels on the core's port, which decide by the address that they connect or bind to
 * whether they are an adapter's or the kernel's.
 */
package dev.jktcp.impl.channel;
