package dev.jktcp.stack;

import dev.jktcp.tcp.connection.ByteBudget;

/** What the stack gives the hosts of all its protocols. */
record IpLayer(
    StackOptions options,
    StackCounters counters,
    ByteBudget budget,
    LocalAddresses addresses,
    PathMtus paths,
    WaysOut ways,
    StackTime time,
    FaultyConnections faulty) {}
