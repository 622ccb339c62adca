package dev.jktcp.proof.model;

import java.util.List;
import java.util.Set;

/**
 * What can be seen of an {@link End}. Variables that do not exist in the state, or that only the
 * peer's answer makes visible, are 0.
 *
 * @param unread octets in order that the user has not taken
 * @param held octets of text ahead of RCV.NXT, where more text is taken
 * @param urgentAhead octets from the next one to RECEIVE to RCV.UP
 */
public record Observation(
    State state,
    int sndUna,
    int sndNxt,
    int sndWnd,
    int rcvNxt,
    int rcvWnd,
    int unread,
    int held,
    int urgentAhead,
    Set<Signal> signals,
    List<Seg> sent) {}
