package dev.jktcp.impl;

import io.vertx.core.Future;

/**
 * A connection that is being made.
 *
 * @param cancel gives the connection up, and resets it if it was made; any thread
 */
record Tried<T>(Future<T> outcome, Runnable cancel) {}
