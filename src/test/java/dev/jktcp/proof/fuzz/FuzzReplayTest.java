package dev.jktcp.proof.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the fuzzer found worth keeping, through the same targets and without it: a file each in
 * {@code src/test/resources/dev/jktcp/proof/fuzz/TARGET}. One that once failed has a name and a
 * test.
 */
class FuzzReplayTest {
  private interface Target {
    void run(byte[] input) throws Exception;
  }

  @Test
  void packetCorpus_holds() throws Exception {
    replay("PacketFuzz", PacketFuzz::fuzzerTestOneInput);
  }

  @Test
  void framerCorpus_holds() throws Exception {
    replay("FramerFuzz", FramerFuzz::fuzzerTestOneInput);
  }

  @Test
  void stackCorpus_holds() throws Exception {
    replay("StackFuzz", StackFuzz::fuzzerTestOneInput);
  }

  @Test
  void modelCorpus_holds() throws Exception {
    replay("ModelFuzz", ModelFuzz::fuzzerTestOneInput);
  }

  @Test
  void datagramCorpus_holds() throws Exception {
    replay("DatagramFuzz", DatagramFuzz::fuzzerTestOneInput);
  }

  private static void replay(String target, Target run) throws Exception {
    List<Path> inputs = inputs(target);
    assertTrue(inputs.size() >= 10, "only " + inputs.size() + " inputs for " + target);
    for (Path input : inputs) {
      try {
        run.run(Files.readAllBytes(input));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(target + ' ' + input.getFileName() + ": " + e.getMessage(), e);
      }
    }
  }

  private static List<Path> inputs(String target) throws IOException, URISyntaxException {
    try (Stream<Path> files =
        Files.list(Path.of(FuzzReplayTest.class.getResource(target).toURI()))) {
      return files.sorted().toList();
    }
  }
}
