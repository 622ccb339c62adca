/**
 * Netty channels over an adapter's stack. The address that a channel connects or binds to decides
 * whether an adapter or the kernel has it.
 */
package dev.jktcp.impl.channel;
