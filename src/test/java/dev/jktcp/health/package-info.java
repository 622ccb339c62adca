/** Health as vertx-health-check reports it. */
package dev.jktcp.health;
