/** The command line. */
package dev.jktcp.cli;
