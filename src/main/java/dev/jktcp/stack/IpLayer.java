package dev.jktcp.stack;

import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.ChunkPool;
import dev.jktcp.tcp.connection.FlightPool;
import dev.jktcp.tcp.connection.Lending;

/** The parts of the stack that the hosts of all its protocols share. */
record IpLayer(
    StackOptions options,
    StackCounters counters,
    ByteBudget budget,
    ChunkPool chunks,
    FlightPool flights,
    Lending lending,
    LocalAddresses addresses,
    PathMtus paths,
    WaysOut ways,
    StackTime time,
    FaultyConnections faulty) {}
