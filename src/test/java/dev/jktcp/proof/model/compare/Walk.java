package dev.jktcp.proof.model.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.model.Liberty;
import dev.jktcp.proof.model.Model;
import dev.jktcp.proof.model.Observation;
import dev.jktcp.proof.model.Seg;
import dev.jktcp.proof.model.State;
import java.util.EnumSet;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Core and model on the same way from one situation on, steps drawn by a seed or by a fuzzer. */
public final class Walk {
  private static final int FAR = 1 << 30;
  private static final int NONE = Integer.MAX_VALUE; // no timestamp
  private static final int STAMPING = 2_000; // a SYN with this window offers timestamps
  private static final List<Situation> SITUATIONS = Situation.all();

  private final IntUnaryOperator draw;
  private final Model model =
      new Model(Comparison.around(CoreEnd.RCV_BUFF), EnumSet.allOf(Liberty.class));
  private final CoreEnd core;
  private final boolean told;
  private final StringBuilder story = new StringBuilder();
  private State last = State.CLOSED;
  private boolean left;
  private boolean over;

  /**
   * @param draw 0 … bound - 1 for a bound
   * @param name of the walk, in its story
   * @param tell whether a failure tells the steps up to it
   */
  public Walk(IntUnaryOperator draw, String name, boolean tell) {
    this.draw = draw;
    told = tell;
    int drawn = below(2 * SITUATIONS.size());
    core = new CoreEnd(CoreEnd.RCV_BUFF, drawn < SITUATIONS.size());
    Situation situation = SITUATIONS.get(drawn % SITUATIONS.size());
    left = situation.name().contains("left");
    story.append(name).append(situation.name()).append('\n');
    situation.reach().accept(model);
    situation.reach().accept(core);
    model.observe();
    core.observe();
  }

  /** One more; false when core and model part by right: the core sends again as §3.10 does not. */
  public boolean step() {
    doStep();
    over = core.recovers();
    if (over) {
      return false;
    }
    Observation shown = core.observe();
    Observation expected = model.observe();
    last = shown.state();
    say("    core  ", shown);
    assertTrue(shown.equals(expected), () -> story + "    model " + Text.of(expected));
    return true;
  }

  /** Of a TIME-WAIT they see the end. */
  public void end() {
    if (!over) {
      assertEquals(core.timeWait(), model.timeWait(), () -> story + "2 MSL");
    }
  }

  private void doStep() {
    int call = core.hasUser() && !left ? below(20) : 9;
    switch (call) {
      case 0, 1 -> {
        int octets = oneOf(1, 400, 1_000, 2_500);
        if (core.sendRoom() >= octets) {
          say("  send ", octets);
          core.send(octets);
          model.send(octets);
        }
      }
      case 2, 3 -> {
        int octets = oneOf(1, 300, 600, 5_000);
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
        if (below(10) < 3) {
          say("  leave", "");
          left = true;
          core.leave();
          model.leave();
        }
      }
      default -> {
        if (last == State.TIME_WAIT && below(10) < 3) {
          int ms = oneOf(1, 499, 500, 5_000);
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
        switch (below(16)) {
          case 0 -> Seg.SYN;
          case 1 -> Seg.SYN | Seg.ACK;
          case 2, 3, 4 -> Seg.FIN | Seg.ACK;
          case 5 -> Seg.RST;
          case 6 -> below(64);
          case 7 -> Seg.ACK | Seg.URG;
          default -> Seg.ACK;
        };
    int nxt = model.rcvNxt();
    int right = nxt + model.rcvWnd();
    int una = model.sndUna();
    int text = oneOf(0, 0, 0, 1, 100, 400, model.hole(), model.rcvWnd(), 1_201);
    int seq =
        below(2) == 0
            ? nxt
            : oneOf(
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
        oneOf(
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
        new Seg(ctl, seq, (ctl & Seg.ACK) == 0 ? 0 : ack, oneOf(0, 1, 500, 2_000, 10_000), text);
    seg = seg.urg() ? seg.withUp(oneOf(0, 1, 50, 2_000)) : seg;
    seg = seg.syn() ? seg.withMss(1_000) : seg;
    if (model.stamped()) {
      int ticks = oneOf(1, 1, 1, 0, 0, -1, 1_000, NONE);
      ticks = ticks == 0 && model.isOutdated() ? 1 : ticks; // no clock stands still for 24 days
      return ticks == NONE ? seg : seg.withStamps(model.tsRecent() + ticks, oneOf(0, 1));
    }
    return seg.syn() && seg.wnd() == STAMPING ? seg.withStamps(CoreEnd.PEER_TS, 0) : seg;
  }

  private int below(int bound) {
    return draw.applyAsInt(bound);
  }

  private int oneOf(int... values) {
    return values[below(values.length)];
  }
}
