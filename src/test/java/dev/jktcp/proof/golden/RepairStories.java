package dev.jktcp.proof.golden;

import dev.jktcp.tcp.TcpProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Stories of loss and repair with a peer that reports blocks, each with both policies, with and
 * without timestamps and RACK, and before all judges: {@link SackWatch} says what may be in the
 * network, {@link RepairWatch} what is repaired and undone.
 */
public final class RepairStories {
  static final List<TcpProfile> PROFILES =
      List.of(
          TcpProfile.RELIABLE_LINK,
          TcpProfile.RELIABLE_LINK.with(p -> p.timestamps(false)),
          TcpProfile.RELIABLE_LINK.with(p -> p.rack(false)),
          TcpProfile.INTERNET,
          TcpProfile.INTERNET.with(p -> p.timestamps(false)));

  private static final List<CwndCase> OWN =
      List.of(
          new CwndCase("reordering, and later a loss", "40 comes two late; 90 is lost")
              .fault(f -> f.overtake(40, 2))
              .lose(90)
              .write(0, 300),
          new CwndCase("a segment comes twelve late", "60: all that is sent again comes twice")
              .fault(f -> f.overtake(60, 12))
              .write(0, 300),
          new CwndCase("two segments come twelve late", "60 and 64, in one recovery")
              .fault(f -> f.overtake(60, 12))
              .fault(f -> f.overtake(64, 12))
              .write(0, 300),
          new CwndCase("one comes late and another is lost", "60 and 64: half was for nothing")
              .fault(f -> f.overtake(60, 12))
              .lose(64)
              .write(0, 300),
          new CwndCase("the path stands still for 500 ms", "one timeout for nothing")
              .stall(230, 730)
              .write(0, 300),
          new CwndCase("the path stands still and loses", "31 to 40 are gone when it goes on")
              .stall(230, 730)
              .fault(f -> f.lose(31, 40, 1))
              .write(0, 300),
          new CwndCase("the last two segments are lost", "69 and 70")
              .fault(f -> f.lose(69, 70, 1))
              .write(0, 70),
          new CwndCase("one is lost, and those behind it come late", "50, and 51 to 69")
              .fault(RepairStories::loseOneAndDelayOthers)
              .write(0, 300),
          new CwndCase("all is lost twice", "31 to 71, the probe with them: a timeout")
              .fault(f -> f.lose(31, 71, 2))
              .write(0, 300),
          new CwndCase("two retransmissions are lost at the end", "60 and 66 of 70, twice")
              .fault(f -> f.lose(60, 60, 2))
              .fault(f -> f.lose(66, 66, 2))
              .write(0, 70),
          new CwndCase("ten in a row are lost", "61 to 70")
              .fault(f -> f.lose(61, 70, 1))
              .write(0, 300),
          new CwndCase("every third of thirty is lost", "61, 64 and so on, a retransmission too")
              .fault(f -> loseEveryThird(f, 61, 90))
              .fault(f -> f.lose(70, 70, 2))
              .write(0, 300));

  private RepairStories() {}

  private static void loseEveryThird(Faults faults, int from, int to) {
    for (int segment = from; segment <= to; segment += 3) {
      faults.lose(segment, segment, 1);
    }
  }

  private static void loseOneAndDelayOthers(Faults faults) {
    faults.lose(50, 50, 1);
    for (int segment = 51; segment < 70; segment++) {
      faults.overtake(segment, 8);
    }
  }

  static List<CwndCase> all() {
    List<CwndCase> all = new ArrayList<>(OWN);
    all.addAll(CwndCases.ALL);
    return all;
  }

  /**
   * What the judges say of this build, with each profile.
   *
   * @param enough whether no more need be said after this line
   * @return a line for each story that they object to
   */
  public static List<String> objections(Predicate<String> enough) {
    List<String> objections = new ArrayList<>();
    for (CwndCase story : all()) {
      for (TcpProfile profile : PROFILES) {
        try {
          story.runWithSack(profile);
        } catch (AssertionError e) {
          String said = e.getMessage().lines().findFirst().orElse("");
          objections.add(said);
          if (enough.test(said)) {
            return objections;
          }
        }
      }
    }
    return objections;
  }
}
