/**
 * Checks of options, and their way to JSON and back. Not exported.
 *
 * <p>A converter that vertx-codegen generates passes over unknown keys and values of the wrong
 * type. The tables of {@link dev.jktcp.options.JsonKeys} refuse both, and values out of range, in
 * one form: {@code path: what is wrong}. The path has a dot for each object within an object.
 */
package dev.jktcp.options;
