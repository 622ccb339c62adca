/**
 * A runner for the language of packetdrill: {@code Parser} reads a script, {@code Player} plays its
 * calls and packets against a stack, {@code Personality} makes the stack behave as the system that
 * the script was written for.
 */
package dev.jktcp.proof.pkt;
