/**
 * An adapter's counters as Micrometer's meters. Micrometer is an optional dependency: without it
 * everything but this package works.
 */
package dev.jktcp.metrics;
