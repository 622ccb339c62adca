package dev.jktcp.proof.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.testkit.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No story breaks a rule of repair; {@code SabotagedRepairTest} shows that each can be broken. */
class RepairWatchTest {
  @Test
  @Rfc({"8985 §6.2", "9937 §6.2", "3522 §3.2", "3708 §3", "5682 §3.1", "4015 §3", "6675 §5(1)"})
  void everyStory_isRepairedAsItMust() {
    assertEquals(List.of(), RepairStories.objections(said -> false));
  }
}
