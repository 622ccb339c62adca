package dev.jktcp.proof.script;

import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.TcpProfile;
import java.util.function.UnaryOperator;

/**
 * Where a script starts: the stack's options and what has happened before time 0. Each {@code
 * with…} returns a changed copy.
 *
 * @param profile of every connection
 * @param start what the prelude does
 * @param peerMss in the peer's SYN of the prelude, 0 = no MSS option
 * @param peerWindow of every segment from the peer whose line names none
 * @param peerScale window scale in the peer's SYN of the prelude, -1 = not offered
 * @param peerSack whether the peer's SYN of the prelude permits SACK
 * @param peerTimestamps whether the peer's SYN of the prelude offers timestamps, and all its
 *     segments carry them whose line names no options
 * @param peerEcn whether the peer's SYN or SYN-ACK of the prelude has ECN (RFC 3168 §6.1.1)
 * @param rttMs between our SYN and its answer in the prelude
 * @param options further stack options
 */
public record Setup(
    TcpProfile profile,
    Start start,
    int peerMss,
    int peerWindow,
    int peerScale,
    boolean peerSack,
    boolean peerTimestamps,
    boolean peerEcn,
    int rttMs,
    UnaryOperator<StackOptions> options) {

  /** What the prelude does. */
  public enum Start {
    /** Nothing: the script connects or listens itself. */
    IDLE,
    /** We connected to the peer. */
    ACTIVE,
    /** The peer connected to us and was accepted. */
    PASSIVE
  }

  /** The peer's MSS: below both families' MTU limits, so a script holds for both. */
  static final int DEFAULT_MSS = 1000;

  public static Setup idle(TcpProfile profile) {
    return new Setup(profile, Start.IDLE, DEFAULT_MSS, 65535, -1, false, false, false, 0, o -> o);
  }

  public static Setup established(TcpProfile profile) {
    return new Setup(profile, Start.ACTIVE, DEFAULT_MSS, 65535, -1, false, false, false, 0, o -> o);
  }

  public static Setup accepted(TcpProfile profile) {
    return new Setup(
        profile, Start.PASSIVE, DEFAULT_MSS, 65535, -1, false, false, false, 0, o -> o);
  }

  public Setup withPeerMss(int mss) {
    return with(mss, peerWindow, peerScale, peerSack, peerTimestamps, peerEcn, rttMs);
  }

  public Setup withPeerWindow(int window) {
    return with(peerMss, window, peerScale, peerSack, peerTimestamps, peerEcn, rttMs);
  }

  public Setup withPeerScale(int scale) {
    return with(peerMss, peerWindow, scale, peerSack, peerTimestamps, peerEcn, rttMs);
  }

  public Setup withPeerSack() {
    return with(peerMss, peerWindow, peerScale, true, peerTimestamps, peerEcn, rttMs);
  }

  public Setup withPeerTimestamps() {
    return with(peerMss, peerWindow, peerScale, peerSack, true, peerEcn, rttMs);
  }

  public Setup withPeerEcn() {
    return with(peerMss, peerWindow, peerScale, peerSack, peerTimestamps, true, rttMs);
  }

  public Setup withRttMs(int ms) {
    return with(peerMss, peerWindow, peerScale, peerSack, peerTimestamps, peerEcn, ms);
  }

  private Setup with(
      int mss, int window, int scale, boolean sack, boolean timestamps, boolean ecn, int ms) {
    return new Setup(profile, start, mss, window, scale, sack, timestamps, ecn, ms, options);
  }

  public Setup withOptions(UnaryOperator<StackOptions> more) {
    UnaryOperator<StackOptions> before = options;
    return new Setup(
        profile,
        start,
        peerMss,
        peerWindow,
        peerScale,
        peerSack,
        peerTimestamps,
        peerEcn,
        rttMs,
        o -> more.apply(before.apply(o)));
  }
}
