/**
 * The IP stack: which flow a packet belongs to, who listens, what answers a stray, and when each
 * flow wants to hear of time. Not exported; no clock, thread, log or randomness.
 */
package dev.jktcp.stack;
