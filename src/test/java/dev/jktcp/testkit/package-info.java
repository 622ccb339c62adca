/**
 * What tests of several packages use: waiting without sleeping ({@code Await}, {@code Recorder}),
 * pairs of adapters and handles, streams and transports that a test plays by hand, and labels that
 * tie a test to a sentence of an RFC ({@code Rfc}).
 */
package dev.jktcp.testkit;
