package dev.jktcp.tcp;

/**
 * The state of a connection at one instant, in the spirit of Linux's {@code tcp_info}. A plain
 * snapshot: reading it never changes the connection. Times are nanoseconds, sizes are bytes,
 * windows are after scaling.
 *
 * @param state the RFC 9293 state
 * @param mss largest payload of a segment we send
 * @param peerMss the MSS that the peer announced, or the default of its address family
 * @param srttNs smoothed round-trip time, 0 before the first sample (RFC 6298)
 * @param rttVarNs variation of the round trip (RTTVAR)
 * @param rtoNs the retransmission timeout that the next segment would get, back-off included
 * @param cwnd congestion window, {@link Integer#MAX_VALUE} if the profile has none
 * @param ssthresh slow-start threshold
 * @param sendWindow bytes that the peer allows beyond SND.UNA
 * @param receiveWindow bytes that we allow beyond RCV.NXT
 * @param inFlight sent and not yet acknowledged
 * @param sendQueued accepted from the user and not yet acknowledged, in flight or not
 * @param readable in order and not yet taken by the user
 * @param outOfOrder held for reassembly
 * @param bytesSent payload sent for the first time
 * @param bytesRetransmitted payload sent again
 * @param bytesAcked payload acknowledged by the peer
 * @param bytesReceived payload received in order
 * @param segmentsSent segments sent, pure ACKs included
 * @param segmentsReceived segments received for this connection
 * @param retransmits segments sent again
 * @param timeouts retransmission timeouts fired
 * @param fastRetransmits recoveries begun for losses that ACKs proved, and begun anew for lost
 *     retransmissions
 * @param probes tail loss probes sent (RFC 8985 §7); probes of a closed window are not among them
 * @param undos recoveries and timeouts that proved spurious and were undone (RFC 3522, RFC 3708,
 *     RFC 5682)
 * @param reorderingSeen whether the network changed the order of segments (RFC 8985 §6.2)
 * @param reorderingWindowNs how long a segment that others overtook may be late before it counts as
 *     lost (RFC 8985 §6.2); 0 = no time
 * @param sendBuffer limit of bytes written and unacknowledged, as tuned now
 * @param receiveBuffer limit of bytes that wait for the user, which is the largest window, as tuned
 *     now
 * @param options the options that both ends' SYNs agreed on; {@link AgreedOptions#NONE} before the
 *     peer's SYN
 * @param ecnReductions how often congestion marks, as the peer reported them, made the congestion
 *     window smaller (RFC 3168 §6.1.2)
 * @param marksReceived segments with data that came with a congestion mark
 * @param congestion the congestion control's name; empty before the connection is established
 * @param pacingRate bytes a second at which the congestion control paces segments; 0 = the ACKs
 *     pace them
 * @param pathMtu bytes of the largest packet that the path to the peer is thought to carry, never
 *     more than our own link carries
 * @param sackedBytes in flight, and reported by the peer as arrived (RFC 2018)
 * @param lostBytes in flight, and taken for lost, sent again or not
 * @param dsacks reports by the peer that data came twice (RFC 2883)
 * @param untrueSacks SACK blocks of the peer that cannot be true and were ignored
 */
public record TcpInfo(
    TcpState state,
    int mss,
    int peerMss,
    long srttNs,
    long rttVarNs,
    long rtoNs,
    int cwnd,
    int ssthresh,
    int sendWindow,
    int receiveWindow,
    int inFlight,
    int sendQueued,
    int readable,
    int outOfOrder,
    long bytesSent,
    long bytesRetransmitted,
    long bytesAcked,
    long bytesReceived,
    long segmentsSent,
    long segmentsReceived,
    long retransmits,
    long timeouts,
    long fastRetransmits,
    long probes,
    long undos,
    boolean reorderingSeen,
    long reorderingWindowNs,
    int sendBuffer,
    int receiveBuffer,
    AgreedOptions options,
    long ecnReductions,
    long marksReceived,
    String congestion,
    long pacingRate,
    int pathMtu,
    int sackedBytes,
    int lostBytes,
    long dsacks,
    long untrueSacks) {}
