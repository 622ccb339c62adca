package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import java.util.List;

/** Draws what users do, and what befalls the nodes meanwhile. */
final class Workload {
  // A transfer moves no more than a buffer each round trip, so that a small one is to be spared.
  private static final long MAX_WINDOWS = 500;
  private static final long MAX_SEGMENTS = 500;
  // Where one packet in ten arrives a segment takes a hundred.
  private static final long ONE_IN_TEN_BYTES = 4_000;
  private static final long TROUBLE_NS = 20 * SECOND; // for how long clocks change in clean worlds

  private final Simulator sim;
  private final List<SimNode> nodes;
  private final SimRandom random;

  Workload(Simulator sim, List<SimNode> nodes, SimRandom random) {
    this.sim = sim;
    this.nodes = nodes;
    this.random = random;
  }

  void draw() {
    boolean few = sim.mood == Mood.ONE_IN_TEN;
    int flows = (int) random.between(1, few ? 4 : random.chance(0.1) ? 40 : 8);
    for (int i = 0; i < flows; i++) {
      drawFlow(random.fork());
    }
    if (!few && random.chance(0.1)) {
      drawStorm(random.fork());
    }
    for (SimNode node : nodes) {
      drawClock(node, random.fork());
      drawListener(node, random.fork());
      for (int i = random.chance(0.1) ? 1 + random.below(3) : 0; i > 0; i--) {
        at(sim.startNs() + random.between(0, 5_000) * MS, node, node::changeMtu);
      }
      if (sim.mood == Mood.FAULTY) {
        drawBlocks(node, random.fork());
      }
    }
    drawSelf(random.fork()); // the last, so that old seeds stay as they were
  }

  // --- flows

  /** Connections of a node to its own address. */
  private void drawSelf(SimRandom r) {
    long most = sim.mood == Mood.ONE_IN_TEN ? ONE_IN_TEN_BYTES : Long.MAX_VALUE;
    for (int i = r.chance(0.15) ? 1 + r.below(3) : 0; i > 0; i--) {
      sim.tally.add(Kind.FLOW_TO_SELF);
      SimNode self = nodes.get(r.below(nodes.size()));
      drawFlow(r.fork(), self, self, most, sim.startNs() + r.between(0, 3_000) * MS);
    }
  }

  /** Many small connections at once to one node, whose backlog may be full. */
  private void drawStorm(SimRandom r) {
    sim.tally.add(Kind.STORM);
    SimNode to = nodes.get(r.below(nodes.size()));
    long atNs = sim.startNs() + r.between(0, 3_000) * MS;
    for (int i = (int) r.between(10, 60); i > 0; i--) {
      drawFlow(r.fork(), otherThan(to, r), to, 500, atNs);
    }
  }

  private void drawFlow(SimRandom r) {
    SimNode from = nodes.get(r.below(nodes.size()));
    long opensNs = sim.startNs() + (r.chance(0.3) ? 0 : r.between(0, 3_000) * MS);
    long most = sim.mood == Mood.ONE_IN_TEN ? ONE_IN_TEN_BYTES : Long.MAX_VALUE;
    drawFlow(r, from, otherThan(from, r), most, opensNs);
  }

  private SimNode otherThan(SimNode node, SimRandom r) {
    return nodes.get((node.index + 1 + r.below(nodes.size() - 1)) % nodes.size());
  }

  private void drawFlow(SimRandom r, SimNode from, SimNode to, long mostBytes, long opensNs) {
    int number = sim.flowCount();
    TcpProfile profile = r.chance(0.5) ? null : Knobs.profile(r, sim.mood, sim.tally);
    TcpTuning tuning = r.chance(0.7) ? null : Knobs.tuning(r, sim.mood, sim.tally);
    boolean v6 = r.chance(0.5);
    Flow flow = new Flow(number, sim, opensNs);
    Side.Ending clientEnding = drawEnding(r, true);
    Side.Ending serverEnding = drawEnding(r, clientEnding != Side.Ending.CLOSE_AFTER_FIN);
    long up = size(r, from, to, mostBytes);
    long down = size(r, to, from, mostBytes);
    flow.client = new Side(flow, from, 2 * number, r, up, down, clientEnding);
    flow.server = new Side(flow, to, 2 * number + 1, r, down, up, serverEnding);
    flow.client.other = flow.server;
    flow.server.other = flow.client;
    flow.mayFail =
        clientEnding == Side.Ending.CLOSE_EARLY || serverEnding == Side.Ending.CLOSE_EARLY;
    sim.add(flow);
    sim.at(
        opensNs,
        () -> {
          sim.open(flow, v6, profile, tuning);
          from.drain();
        });
    if (r.chance(0.12)) {
      drawAbort(flow, r);
    }
    for (Side side : List.of(flow.client, flow.server)) {
      if (r.chance(0.15)) {
        drawStall(side, opensNs, r);
      }
      if (r.chance(0.02)) {
        at(opensNs + r.between(0, 3_000) * MS, side.node, side::leave);
      }
      if (r.chance(0.1)) {
        drawTuning(side, opensNs, r.fork());
      }
    }
  }

  private static long size(SimRandom r, SimNode from, SimNode to, long mostBytes) {
    long windows = MAX_WINDOWS * Math.min(from.sendBuffer, to.receiveBuffer);
    long most = Math.min(mostBytes, Math.min(windows, MAX_SEGMENTS * to.mssOf()));
    long drawn =
        r.oneOf(
            0L,
            r.between(1, 100),
            r.between(1, 5_000),
            r.between(1_000, 60_000),
            r.between(1, 200_000),
            r.between(1, r.chance(0.2) ? 4_000_000 : 400_000));
    return to.mssOf() >= 1_000
        ? Math.min(drawn, Math.min(mostBytes, windows))
        : Math.min(drawn, most);
  }

  private static Side.Ending drawEnding(SimRandom r, boolean mayWait) {
    int draw = r.below(100);
    if (draw < 45) {
      return Side.Ending.END;
    }
    if (draw < 75) {
      return Side.Ending.CLOSE_WHEN_DONE;
    }
    if (draw < 95) {
      return mayWait ? Side.Ending.CLOSE_AFTER_FIN : Side.Ending.END;
    }
    return Side.Ending.CLOSE_EARLY;
  }

  /** By either side or both at one instant; while it opens, later, or at a place in the stream. */
  private void drawAbort(Flow flow, SimRandom r) {
    List<Side> who =
        r.oneOf(List.of(flow.client), List.of(flow.server), List.of(flow.client, flow.server));
    if (r.chance(0.25)) {
      Side side = who.get(0);
      side.abortsAfterBytes = r.between(0, r.chance(0.5) ? 10 : side.fileSize + 1);
      return;
    }
    long afterNs = r.chance(0.3) ? r.between(0, 300 * MS) : r.between(0, 5_000) * MS;
    sim.at(
        flow.opensNs + afterNs,
        () -> {
          boolean opening =
              flow.client.connection != null
                  && flow.client.connection.closeReason() == null
                  && !flow.client.connection.state().synchronizedState();
          int aborted = 0;
          for (Side side : who) {
            aborted += side.reset() ? 1 : 0;
          }
          if (aborted > 0) {
            Kind by = who.get(0) == flow.client ? Kind.ABORT_BY_CLIENT : Kind.ABORT_BY_SERVER;
            sim.tally.add(
                opening ? Kind.ABORT_WHILE_OPENING : aborted > 1 ? Kind.ABORT_BY_BOTH : by);
          }
          who.forEach(side -> side.node.drain());
        });
  }

  private void drawStall(Side side, long opensNs, SimRandom r) {
    sim.tally.add(Kind.STALLED_READER);
    side.stalled = r.chance(0.5); // from the start, or later
    long fromNs = opensNs + r.between(0, 2_000) * MS;
    sim.at(fromNs, () -> side.stalled = true);
    at(
        fromNs + r.between(1, 20_000) * MS,
        side.node,
        () -> {
          side.stalled = false;
          side.work();
        });
  }

  private void drawTuning(Side side, long opensNs, SimRandom r) {
    at(
        opensNs + r.between(0, 5_000) * MS,
        side.node,
        () -> {
          if (side.connection != null && !side.isClosed()) {
            sim.tally.add(Kind.TUNED_WHILE_OPEN);
            side.connection.tune(Knobs.tuning(r, sim.mood, sim.tally), side.node.steadyNs());
          }
        });
  }

  // --- nodes

  /** Times when a node's transport is full, as behind a TCP connection that hangs. */
  private void drawBlocks(SimNode node, SimRandom r) {
    for (int i = r.chance(0.3) ? 1 + r.below(5) : 0; i > 0; i--) {
      sim.at(
          troubleNs(r),
          () -> node.block(sim.nowNs() + r.between(1, r.chance(0.5) ? 300 : 8_000) * MS));
    }
  }

  private void drawClock(SimNode node, SimRandom r) {
    for (int i = r.chance(0.15) ? 1 + r.below(3) : 0; i > 0; i--) {
      int kind = r.below(sim.mood == Mood.CLEAN ? 4 : 5);
      long atNs = troubleNs(r);
      if (kind == 0) {
        sim.at(atNs, () -> node.stepBack(r.between(1, 3_000_000_000L)));
      } else if (kind < 4) {
        long byNs =
            r.oneOf(r.between(1, 50 * MS), r.between(MS, 5 * SECOND), r.between(1, 600) * SECOND);
        sim.at(atNs, () -> node.leap(byNs));
      } else {
        long forNs = r.oneOf(r.between(1, 1_000), r.between(1_000, 90_000)) * MS;
        sim.at(atNs, () -> node.suspend(atNs + forNs));
      }
    }
  }

  private void drawListener(SimNode node, SimRandom r) {
    if (!r.chance(0.1)) {
      return;
    }
    long closesNs = sim.startNs() + r.between(0, 3_000) * MS;
    at(closesNs, node, node.listening::close);
    if (r.chance(0.8)) {
      long againNs = closesNs + r.oneOf(r.between(0, 50), r.between(50, 10_000)) * MS;
      int backlog = node.drawBacklog();
      at(againNs, node, () -> node.listening.open(backlog));
    }
  }

  /** Before the links heal, or soon after the beginning. */
  private long troubleNs(SimRandom r) {
    long longNs = Math.max(TROUBLE_NS, sim.healNs() - sim.startNs());
    return sim.startNs() + r.between(0, longNs / MS) * MS;
  }

  private void at(long timeNs, SimNode node, Runnable action) {
    sim.at(
        timeNs,
        () -> {
          action.run();
          node.drain();
        });
  }
}
