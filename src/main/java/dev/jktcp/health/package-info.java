/**
 * An adapter's health as procedures of vertx-health-check. That is an optional dependency: without
 * it everything but this package works.
 */
package dev.jktcp.health;
