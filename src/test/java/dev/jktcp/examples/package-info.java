/** Runs every example of the folder {@code examples}. */
package dev.jktcp.examples;
