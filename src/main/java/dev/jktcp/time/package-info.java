/**
 * Time as every part above the core sees it: a {@link dev.jktcp.time.Clock} that tests move, the
 * {@link dev.jktcp.time.Timer}s it starts, and a {@link dev.jktcp.time.Lease}, which counts only
 * time in which this side ran. The core has no clock: each call passes the time.
 */
package dev.jktcp.time;
