/** The control socket of a command: its file and its answers. */
package dev.jktcp.impl.control;
