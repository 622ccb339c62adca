/**
 * Algorithms of a connection by themselves, without packets: flight, losses, timers, buffers.
 * {@code FlightLab} is a flight that a test reports on by hand.
 */
package dev.jktcp.tcp.connection;
