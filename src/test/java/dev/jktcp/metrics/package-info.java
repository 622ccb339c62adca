/** Metrics as Prometheus reads them, and the library without its optional dependencies. */
package dev.jktcp.metrics;
