/**
 * One TCP connection: RFC 9293 §3.10's events in the RFC's order, with one class for each
 * algorithm. Not exported. The package has no clock, thread, log or randomness: time is an
 * argument, and segments to send are polled.
 */
package dev.jktcp.tcp.connection;
