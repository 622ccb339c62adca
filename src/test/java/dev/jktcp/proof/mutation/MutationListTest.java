package dev.jktcp.proof.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.testkit.Docs;
import dev.jktcp.testkit.RfcLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** That {@link MutationReplay} could be run: the cheap half, on every build. */
class MutationListTest {
  @Test
  void everyTestedMust_hasItsMutation() throws Exception {
    Set<String> labels = new TreeSet<>(RfcLabels.ofAllTests().keySet());
    labels.removeIf(label -> !label.contains(" MUST-"));
    Set<String> mutated = new TreeSet<>();
    for (Mutation mutation : Mutation.all()) {
      mutated.add(mutation.label());
    }
    mutated.removeIf(label -> !label.contains(" MUST-"));
    assertEquals(labels, mutated);
  }

  @Test
  void everyMutation_fitsTheSourcesInOnePlace() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<Mutation> all = new ArrayList<>(Mutation.all());
    all.addAll(Mutation.all(FuzzMutationReplay.LIST));
    all.addAll(Mutation.all(SabotagedRepairTest.LIST));
    for (Mutation mutation : all) {
      int occurrences = mutation.before().isEmpty() ? 0 : mutation.occurrences();
      if (occurrences != 1 || mutation.before().equals(mutation.after())) {
        wrong.add(mutation + ": its old lines occur " + occurrences + " times");
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void guide_saysHowMany() throws Exception {
    String count = Mutation.all().size() + " mutations";
    Docs.says(Docs.PROOF, "; " + count + ", each noticed");
    Docs.says(Docs.PROOF, "[" + count + "], at least one for each MUST");
  }
}
