package dev.jktcp.proof.golden;

import dev.jktcp.proof.progress.Figures;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.Docs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the stack does, as text in the repository: a change of behaviour shows in review. {@code
 * -Dgolden=write} accepts one.
 */
class GoldenTest {
  @AfterAll
  static void sayWhich() {
    Figures.note("golden, as committed: " + String.join(", ", GoldenText.checked()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop-and-wait", "reliable-link", "internet"})
  void goodput_isAsCommitted(String profile) {
    String text = Tables.goodput(TcpProfile.named(profile)).text();
    GoldenText.check(GoldenText.file("goodput-" + profile + ".txt"), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet"})
  void congestionWindow_isAsCommitted(String name) {
    TcpProfile profile = TcpProfile.named(name);
    String text = CwndCases.text(profile, Tables.cwnd(profile));
    GoldenText.check(GoldenText.file("cwnd-" + name + ".txt"), text);
  }

  @Test
  void picture_isAsCommitted() {
    CwndCase story = CwndCases.sawtooth();
    Trace trace = Tables.cwnd(TcpProfile.RELIABLE_LINK).get(story.name);
    String title = "reliable-link, " + story.name + " (" + story.note + ")";
    GoldenText.check(GoldenText.file("cwnd.svg"), Picture.of(trace, title));
  }

  @Test
  void guide_showsTheTable() {
    Docs.says(Docs.PROOF, CwndCases.ALL.size() + " named cases");
    String table = Tables.goodput(TcpProfile.INTERNET).summary();
    GoldenText.check(Docs.PROOF, GoldenText.between(GoldenText.read(Docs.PROOF), table));
  }
}
