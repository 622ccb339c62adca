package dev.jktcp.proof.model.compare;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The model uses no code of the core that it judges. */
class ModelStandsAloneTest {
  /** Not even its sequence arithmetic, or a fault of it would be in both. */
  @Test
  void model_sharesNothingWithTheCore() {
    classes()
        .that()
        .resideInAPackage("dev.jktcp.proof.model")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.jktcp.proof.model", "java.lang..", "java.util..")
        .check(new ClassFileImporter().importPackages("dev.jktcp.proof.model"));
  }
}
