package dev.jktcp.cli;

/**
 * How long a pair may move nothing; milliseconds, 0 for no limit.
 *
 * @param halfCloseMs once one direction has ended
 * @param stallMs while one side has bytes that the other does not take
 */
record PairLimits(long halfCloseMs, long stallMs) {}
