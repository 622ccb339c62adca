/**
 * The yardstick itself: its measurements, its campaign, and the rows of the guide's page about
 * performance.
 */
package dev.jktcp.bench;
