package dev.jktcp.proof.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The command that says which tests guard a file. */
class WhatTestsTest {
  @Test
  void fileWithATestOfItsOwn_isNamedByIt() throws Exception {
    WhatTests wheel = WhatTests.of("stack/TimerWheel.java");
    assertTrue(wheel.naming().contains("TimerWheelTest"), wheel.text());
    assertTrue(wheel.command().contains("TimerWheelTest"), wheel.command());
    assertTrue(wheel.command().endsWith("dev.jktcp.stack.*Test'"), wheel.command());
  }

  /** No test has the ladder's name, and many guard it. */
  @Test
  void fileWithoutOne_isFoundByItsMutations() throws Exception {
    WhatTests ladder = WhatTests.of("tcp/connection/SendLadder.java");
    assertFalse(ladder.naming().contains("SendLadderTest"));
    assertTrue(ladder.byLabel().contains("Rfc9293NagleTest"), ladder.text());
    assertEquals(Set.of("StackFuzz"), ladder.corpora());
    for (String test : List.of("FuzzReplayTest", "PacketScriptSuite", "GoldenTest")) {
      assertTrue(ladder.command().contains(test), ladder.command());
    }
  }

  @Test
  void everyMutatedFile_isGuarded() throws Exception {
    Set<String> files = new TreeSet<>();
    Mutation.all().forEach(mutation -> files.add(mutation.file()));
    for (String file : files) {
      assertFalse(WhatTests.of(file).byLabel().isEmpty(), file);
    }
  }

  @Test
  void name_isThatOfATypeOrOfAFile_andAWrongOneIsHelped() throws Exception {
    List<String> flow = List.of("tcp/connection/Flow.java");
    assertEquals(flow, WhatTests.filesOf("Flow"));
    assertEquals(flow, WhatTests.filesOf("connection/Flow.java"));
    assertEquals(2, WhatTests.filesOf("Bytes").size());
    Exception wrong =
        assertThrows(IllegalArgumentException.class, () -> WhatTests.filesOf("Sendr"));
    assertEquals("no file of main is 'Sendr'; did you mean 'Sender'?", wrong.getMessage());
  }
}
