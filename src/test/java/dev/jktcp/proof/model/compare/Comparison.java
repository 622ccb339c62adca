package dev.jktcp.proof.model.compare;

import dev.jktcp.proof.model.Liberty;
import dev.jktcp.proof.model.Model;
import dev.jktcp.proof.model.Observation;
import dev.jktcp.proof.model.Seg;
import dev.jktcp.proof.model.State;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings core and model into a situation, lets the segment of one cell arrive, then two more that
 * make visible what it left behind (SND.WL1, held text, a handshake half done), and compares all
 * that can be seen after each. Where the core predicts a header, it does all of it on the plain
 * path once more.
 *
 * <p>Where the model's letter and the core differ, the model is asked again with the liberties of
 * the list. If then all is equal, those that cannot be done without explain the cell; nothing else
 * about it may differ. If not, it is unexplained.
 */
final class Comparison {
  private static final int FEW = 5;

  /** What arrived, what the core showed after each, and what was left of 2 MSL at the end. */
  private record Life(List<Seg> arrived, List<Observation> shown, long timeWait) {}

  private final Set<Liberty> allowed;
  private final Map<Liberty, Integer> explained = new EnumMap<>(Liberty.class);
  private final List<String> unexplained = new ArrayList<>(); // the first few, to replay
  private int cells;
  private int predicted;
  private int differing;
  private int unexplainedCells;

  Comparison(Set<Liberty> allowed) {
    this.allowed = allowed;
  }

  static Model.Surroundings around(int rcvBuff) {
    int shift = CoreEnd.shiftOf(rcvBuff);
    return new Model.Surroundings(
        CoreEnd.ISS, rcvBuff, shift, CoreEnd.RCV_MSS, true, true, CoreEnd.TIME_WAIT_MS);
  }

  /** All cells of a situation. */
  void compare(Situation situation) {
    Model start = reach(situation);
    if (start != null) {
      boolean synchronised = stateOf(start).compareTo(State.SYN_RECEIVED) >= 0;
      int before = unexplainedCells;
      for (Seg seg : Cells.of(start, synchronised)) {
        compare(situation, start, seg, unexplainedCells - before < FEW);
      }
    }
  }

  /** One cell, with its transcript. */
  String replay(Situation situation, Seg seg) {
    Model start = reach(situation);
    if (start != null) {
      compare(situation, start, seg, true);
      if (unexplained.isEmpty()) {
        CoreEnd core = new CoreEnd(situation.rcvBuff());
        situation.reach().accept(core);
        core.observe();
        Model letter = start.copyWith(Set.of());
        Life life = live(core, start.copyWith(allowed), seg);
        return transcript(letter, life) + "explained by " + explained.keySet();
      }
    }
    return String.join("\n", unexplained);
  }

  /** The letter's model; null, and unexplained, if the core is not where the model is. */
  private Model reach(Situation situation) {
    Model model = new Model(around(situation.rcvBuff()), situation.by());
    situation.reach().accept(model);
    CoreEnd core = new CoreEnd(situation.rcvBuff());
    situation.reach().accept(core);
    Observation expected = model.observe();
    Observation actual = core.observe();
    if (expected.equals(actual)) {
      return model;
    }
    unexplainedCells++;
    unexplained.add(
        situation.name() + ": core and model part before the cell\n" + both(actual, expected));
    return null;
  }

  private static State stateOf(Model model) {
    return model.copyWith(Set.of()).observe().state();
  }

  private void compare(Situation situation, Model start, Seg seg, boolean keepText) {
    cells++;
    CoreEnd core = new CoreEnd(situation.rcvBuff());
    situation.reach().accept(core);
    core.observe();
    Model liberal = start.copyWith(allowed);
    long before = core.predictions();
    Life life = live(core, liberal, seg);
    if (core.predictions() > before) {
      predicted++;
      checkPlainPath(situation, life);
    }
    if (agrees(start.copyWith(Set.of()), life)) {
      return;
    }
    differing++;
    if (agrees(start.copyWith(allowed), life)) {
      needed(start, life, liberal.used()).forEach(l -> explained.merge(l, 1, Integer::sum));
      return;
    }
    unexplainedCells++;
    if (keepText) {
      unexplained.add(
          "-Dcell='"
              + situation.name()
              + ": "
              + Text.ofPeer(seg)
              + "'\n"
              + transcript(start.copyWith(allowed), life));
    }
  }

  /** Where the fast path was taken, the plain one must show the same. */
  private static void checkPlainPath(Situation situation, Life life) {
    CoreEnd plain = new CoreEnd(situation.rcvBuff(), false);
    situation.reach().accept(plain);
    plain.observe();
    for (int i = 0; i < life.arrived.size(); i++) {
      plain.arrives(life.arrived.get(i));
      Observation shown = plain.observe();
      if (!shown.equals(life.shown.get(i))) {
        throw new AssertionError(
            situation.name()
                + ": the fast path parts from the plain one\n  < "
                + Text.ofPeer(life.arrived.get(i))
                + "\n  fast  "
                + Text.of(life.shown.get(i))
                + "\n  plain "
                + Text.of(shown));
      }
    }
  }

  private static Life live(CoreEnd core, Model model, Seg cell) {
    List<Seg> arrived = new ArrayList<>();
    List<Observation> shown = new ArrayList<>();
    for (int step = 0; step < 3; step++) {
      Seg seg = step == 0 ? cell : stamped(model, revealing(model, cell, step));
      model.arrives(seg);
      core.arrives(seg);
      arrived.add(seg);
      shown.add(core.observe());
    }
    model.observe();
    return new Life(arrived, shown, core.timeWait());
  }

  /**
   * An ACK that changes the window only if SND.WL1 lets it, with the cell's urgent pointer once
   * more; then text that fills a hole.
   */
  private static Seg revealing(Model model, Seg cell, int step) {
    if (step > 1) {
      return new Seg(Seg.ACK, model.rcvNxt(), model.sndNxt(), 5_000, 600);
    }
    int up = cell.seq() + cell.up() - model.rcvNxt();
    return cell.urg() && up >= 0 && up <= 0xffff
        ? new Seg(Seg.ACK | Seg.URG, model.rcvNxt(), model.sndUna(), 777, 0).withUp(up)
        : new Seg(Seg.ACK, model.rcvNxt(), model.sndUna(), 777, 0);
  }

  /** With the latest timestamp again, which is too old for an end that recorded a later one. */
  private static Seg stamped(Model model, Seg seg) {
    return model.stamped() ? seg.withStamps(model.tsRecent(), 0) : seg;
  }

  private static boolean agrees(Model model, Life life) {
    for (int i = 0; i < life.arrived.size(); i++) {
      model.arrives(life.arrived.get(i));
      if (!model.observe().equals(life.shown.get(i))) {
        return false;
      }
    }
    return model.timeWait() == life.timeWait;
  }

  /** Of those used, the ones without which model and core differ. */
  private static Set<Liberty> needed(Model start, Life life, Set<Liberty> used) {
    Set<Liberty> needed = EnumSet.copyOf(used);
    for (Liberty liberty : used) {
      needed.remove(liberty);
      if (!agrees(start.copyWith(needed), life)) {
        needed.add(liberty);
      }
    }
    return needed;
  }

  private static String transcript(Model model, Life life) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < life.arrived.size(); i++) {
      model.arrives(life.arrived.get(i));
      out.append("  < ").append(Text.ofPeer(life.arrived.get(i))).append('\n');
      out.append(both(life.shown.get(i), model.observe()));
    }
    if (life.timeWait != model.timeWait()) {
      out.append("  2 MSL: core " + life.timeWait + " ms, model " + model.timeWait() + " ms\n");
    }
    return out.toString();
  }

  private static String both(Observation core, Observation model) {
    return core.equals(model)
        ? "  both  " + Text.of(core) + '\n'
        : "  core  " + Text.of(core) + "\n  model " + Text.of(model) + '\n';
  }

  int cells() {
    return cells;
  }

  /** Cells in which the core predicted a header, and which ran on both paths. */
  int predicted() {
    return predicted;
  }

  /** Cells in which the core leaves the letter. */
  int differing() {
    return differing;
  }

  int unexplainedCells() {
    return unexplainedCells;
  }

  /** The first few of each situation, with how to replay them. */
  List<String> unexplained() {
    return unexplained;
  }

  /** How many cells need each liberty. */
  Map<Liberty, Integer> explained() {
    return explained;
  }
}
