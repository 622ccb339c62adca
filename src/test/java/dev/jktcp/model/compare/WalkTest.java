package dev.jktcp.model.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.model.Liberty;
import dev.jktcp.model.Model;
import dev.jktcp.model.Observation;
import dev.jktcp.model.Seg;
import dev.jktcp.model.State;
import dev.jktcp.sim.SimRandom;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * From any situation a few random steps on: what one segment or call leaves behind meets the next.
 * The model has all its liberties, so there is nothing to explain: core and model are equal. {@code
 * -Dwalks=N} for more.
 */
class WalkTest {
  private static final int SEEDS = Integer.getInteger("walks", 5_000);
  private static final int STEPS = 12;
  private static final int FAR = 1 << 30;
  private static final List<Situation> SITUATIONS = Situation.all();

  private SimRandom random;
  private Model model;
  private CoreEnd core;
  private State last;
  private boolean told;
  private StringBuilder story;
  private boolean left;
  private int steps;

  @Test
  void coreAndModel_stayTogether() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      try {
        walk(seed, false);
      } catch (AssertionError e) {
        walk(seed, true); // fails once more, and tells how it came to that
        throw e;
      }
    }
    assertTrue(steps > STEPS / 2 * SEEDS, "only " + steps + " steps");
  }

  private void walk(long seed, boolean tell) {
    random = new SimRandom(seed);
    Situation situation = SITUATIONS.get(random.below(SITUATIONS.size()));
    left = situation.name().contains("left");
    told = tell;
    last = State.CLOSED;
    story = new StringBuilder("seed " + seed + ": " + situation.name() + '\n');
    model = new Model(Comparison.AROUND, EnumSet.allOf(Liberty.class));
    core = new CoreEnd();
    situation.reach().accept(model);
    situation.reach().accept(core);
    model.observe();
    core.observe();
    for (int step = 0; step < STEPS; step++) {
      steps++;
      step();
      if (core.recovers()) {
        return;
      }
      Observation shown = core.observe();
      Observation expected = model.observe();
      last = shown.state();
      say("    core  ", shown);
      assertTrue(shown.equals(expected), () -> story + "    model " + Text.of(expected));
    }
    assertEquals(core.timeWait(), model.timeWait(), () -> story + "2 MSL");
  }

  private void step() {
    int call = core.hasUser() && !left ? random.below(20) : 9;
    switch (call) {
      case 0, 1 -> {
        int octets = random.oneOf(1, 400, 1_000, 2_500);
        if (core.sendRoom() >= octets) {
          say("  send ", octets);
          core.send(octets);
          model.send(octets);
        }
      }
      case 2, 3 -> {
        int octets = random.oneOf(1, 300, 600, 5_000);
        say("  receive ", octets);
        core.receive(octets);
        model.receive(octets);
      }
      case 4 -> {
        say("  close", "");
        core.close();
        model.close();
      }
      case 5 -> {
        if (random.chance(0.3)) {
          say("  leave", "");
          left = true;
          core.leave();
          model.leave();
        }
      }
      default -> {
        if (last == State.TIME_WAIT && random.chance(0.3)) {
          int ms = random.oneOf(1, 499, 500, 5_000);
          say("  pass ", ms);
          core.pass(ms);
          model.pass(ms);
        }
        Seg seg = segment();
        say("  < ", seg);
        core.arrives(seg);
        model.arrives(seg);
      }
    }
  }

  private void say(String what, Object detail) {
    if (told) {
      String text =
          detail instanceof Seg seg
              ? Text.ofPeer(seg)
              : detail instanceof Observation shown ? Text.of(shown) : detail.toString();
      story.append(what).append(text).append('\n');
    }
  }

  private Seg segment() {
    int ctl =
        switch (random.below(16)) {
          case 0 -> Seg.SYN;
          case 1 -> Seg.SYN | Seg.ACK;
          case 2, 3, 4 -> Seg.FIN | Seg.ACK;
          case 5 -> Seg.RST;
          case 6 -> random.below(64);
          case 7 -> Seg.ACK | Seg.URG;
          default -> Seg.ACK;
        };
    int nxt = model.rcvNxt();
    int right = nxt + model.rcvWnd();
    int una = model.sndUna();
    int text = random.oneOf(0, 0, 0, 1, 100, 400, model.hole(), model.rcvWnd(), 1_201);
    int seq =
        random.chance(0.5)
            ? nxt
            : random.oneOf(
                nxt - FAR,
                nxt - text,
                nxt - 1,
                nxt + 1,
                nxt + 100,
                nxt + 500,
                right - text,
                right - 1,
                right,
                right + 1,
                CoreEnd.PEER_ISN,
                nxt + FAR);
    int ack =
        random.oneOf(
            una - model.maxSndWnd() - 1,
            una - 1,
            una,
            una,
            una + 1,
            una + 1_000,
            model.sndNxt(),
            model.sndNxt(),
            model.sndNxt(),
            model.sndNxt() - 1,
            model.sndNxt() + 1);
    Seg seg =
        new Seg(
            ctl, seq, (ctl & Seg.ACK) == 0 ? 0 : ack, random.oneOf(0, 1, 500, 2_000, 10_000), text);
    seg = seg.urg() ? seg.withUp(random.oneOf(0, 1, 50, 2_000)) : seg;
    return seg.syn() ? seg.withMss(1_000) : seg;
  }
}
