/**
 * Time as every part above the core sees it: a {@link dev.jktcp.time.Clock} that tests move, the
 * {@link dev.jktcp.time.Timer}s it starts, and a {@link dev.jktcp.time.Lease}, which counts only
 * time in which this side ran. A {@link dev.jktcp.time.TimeLimit} is for an answer that a person or
 * a program waits for. The core has no clock: each call passes the time.
 */
package dev.jktcp.time;
