/** Floods against a stack in a process of its own, whose memory and service are watched. */
package dev.jktcp.proof.attacks;
