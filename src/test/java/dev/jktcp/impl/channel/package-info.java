/** The table of routes by itself; the channels are tested in {@code dev.jktcp.channel}. */
package dev.jktcp.impl.channel;
