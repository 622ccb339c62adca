/**
 * Pumps. A {@code PumpImpl} has one or two <b>lanes</b>, each one direction from a source to a
 * target ({@code PumpLane}); a {@code PumpEnd} is a stream of any kind as a lane sees it. {@code
 * KernelSocket} makes a {@code NetSocket} into a stream that half-closes, {@code TlsGuard} notes
 * which side closed a TLS socket.
 */
package dev.jktcp.impl.pump;
