/**
 * A simulator: two stacks, a network that loses, delays, forges and stops, and judges that look at
 * every packet. All is drawn from one seed. Begin with {@code Simulator}.
 */
package dev.jktcp.proof.sim;
