/**
 * The command line. Each {@code …Command} is one command; {@code CommonOptions} are those of all. A
 * <b>tunnel</b> is the adapter that a command uses: its own ({@code DirectTunnel}) or one of a
 * deployed verticle ({@code DeployedTunnel}). {@code Warnings}, {@code Failure} and {@code
 * LineLimit} decide what a person reads.
 */
package dev.jktcp.cli;
