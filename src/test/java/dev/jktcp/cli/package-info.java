/**
 * The command line. A test runs a part of it in process; an {@code …IT} runs most often the built
 * jar, as a process of its own ({@code Jktcp}) or on a pseudo terminal ({@code Screen}).
 */
package dev.jktcp.cli;
