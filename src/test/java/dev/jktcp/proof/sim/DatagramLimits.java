package dev.jktcp.proof.sim;

/** What a node's stack was told of datagrams, as it was drawn. */
record DatagramLimits(
    int receiveBuffer, int sendBuffer, int reassemblies, int reassemblyBytes, int icmpPerSecond) {}
