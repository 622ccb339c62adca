/**
 * One TCP connection: RFC 9293 §3.10's events in the RFC's order, with one class for each
 * algorithm. Not exported. No clock, thread, log or randomness in here: time is an argument, and
 * what there is to send is polled.
 */
package dev.jktcp.tcp.connection;
