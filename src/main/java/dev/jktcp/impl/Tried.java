package dev.jktcp.impl;

import io.vertx.core.Future;

/**
 * A connection that is being made.
 *
 * @param cancel gives it up, and resets what came of it; any thread
 */
record Tried<T>(Future<T> outcome, Runnable cancel) {}
