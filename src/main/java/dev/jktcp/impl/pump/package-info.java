/** Pumps: bytes from one stream to another, and a kernel socket as a stream that half-closes. */
package dev.jktcp.impl.pump;
