/**
 * The IP stack: finds the flow or listener of each packet, answers strays, and fires the timers of
 * flows. Not exported; no clock, thread, log or randomness.
 */
package dev.jktcp.stack;
