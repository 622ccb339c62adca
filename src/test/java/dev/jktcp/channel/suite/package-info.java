/**
 * The test suites of Vert.x and Netty themselves, run over the kernel and over the stack and
 * compared test by test. Begin with {@code SuiteCompare}; {@code VertxSuitesIT} and {@code
 * NettySuiteIT} are the parts that each build runs.
 */
package dev.jktcp.channel.suite;
