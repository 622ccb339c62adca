/**
 * A whole stack without Vert.x: tables, limits, hostile packets, narrow paths, idle ends. {@code
 * TwoStacksTest} is the shortest whole story of a connection; {@code PathLab} has a router that
 * drops packets for their size.
 */
package dev.jktcp.stack;
