/**
 * Values that users of a connection meet, and the one policy that they may write themselves: {@link
 * dev.jktcp.tcp.CongestionControl} makes the {@link dev.jktcp.tcp.CongestionPolicy} of each
 * connection, which gets {@link dev.jktcp.tcp.CongestionFacts}.
 */
package dev.jktcp.tcp;
