/**
 * Vert.x's own test suites, run over the kernel and over the stack and compared test by test. Begin
 * with {@code SuiteCompare}; {@code VertxSuitesIT} is the part that each build runs.
 */
package dev.jktcp.channel.suite;
