/** The Unix socket on which a process shows its adapter to {@code jktcp stats} and {@code top}. */
package dev.jktcp.impl.control;
