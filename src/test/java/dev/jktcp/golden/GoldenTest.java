package dev.jktcp.golden;

import dev.jktcp.tcp.TcpProfile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the stack does, as text in the repository: a change of behaviour shows in review. {@code
 * -Dgolden=write} accepts one.
 */
class GoldenTest {
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
}
