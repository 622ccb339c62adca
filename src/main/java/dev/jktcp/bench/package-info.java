/**
 * The yardstick: how much thread CPU time the core takes for a piece of work, beside a floor that
 * does only the copies and checksums that no TCP can avoid.
 *
 * <p>A {@link dev.jktcp.bench.Work} is one kind of work, cut in slices. {@link
 * dev.jktcp.bench.Measurement} warms it up, times its slices in turn with the floor's, and gives a
 * {@link dev.jktcp.bench.Result}. {@link dev.jktcp.bench.Lockstep} does the same with the builds of
 * two jars, slice by slice on one processor. The core's kinds run on a virtual clock, so that a
 * process that is descheduled sees no false timeout.
 */
package dev.jktcp.bench;
