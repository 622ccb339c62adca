package dev.jktcp;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Duration;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** The layers: each package imports only from those named before it. */
class ArchitectureTest {
  private static final String[] CORE = {"dev.jktcp.wire..", "dev.jktcp.tcp..", "dev.jktcp.stack.."};

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.jktcp");

  @Test
  void packages_importOnlyFromThoseAbove() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("wire")
        .definedBy("dev.jktcp.wire..")
        .layer("tcp")
        .definedBy("dev.jktcp.tcp")
        .layer("connection")
        .definedBy("dev.jktcp.tcp.connection..")
        .layer("stack")
        .definedBy("dev.jktcp.stack..")
        .layer("pcap")
        .definedBy("dev.jktcp.pcap..")
        .layer("bus")
        .definedBy("dev.jktcp.bus..")
        .layer("transport")
        .definedBy("dev.jktcp.transport..")
        .layer("root")
        .definedBy("dev.jktcp", "dev.jktcp.impl..")
        .layer("metrics")
        .definedBy("dev.jktcp.metrics..")
        .layer("text")
        .definedBy("dev.jktcp.text..")
        .layer("context")
        .definedBy("dev.jktcp.context..")
        .layer("time")
        .definedBy("dev.jktcp.time..")
        .layer("options")
        .definedBy("dev.jktcp.options..")
        .layer("bench")
        .definedBy("dev.jktcp.bench..")
        .layer("cli")
        .definedBy("dev.jktcp.cli..")
        .whereLayer("wire")
        .mayNotAccessAnyLayer()
        .whereLayer("text")
        .mayNotAccessAnyLayer()
        .whereLayer("time")
        .mayNotAccessAnyLayer()
        .whereLayer("bus")
        .mayNotAccessAnyLayer()
        .whereLayer("context")
        .mayNotAccessAnyLayer()
        .whereLayer("options")
        .mayOnlyAccessLayers("text")
        .whereLayer("tcp")
        .mayOnlyAccessLayers("wire")
        .whereLayer("connection")
        .mayOnlyAccessLayers("wire", "tcp")
        .whereLayer("stack")
        .mayOnlyAccessLayers("wire", "tcp", "connection")
        .whereLayer("pcap")
        .mayOnlyAccessLayers("wire")
        .whereLayer("transport")
        .mayOnlyAccessLayers("wire", "pcap", "text", "time", "options", "bus", "context")
        .whereLayer("root")
        .mayOnlyAccessLayers(
            "context",
            "wire",
            "tcp",
            "connection",
            "stack",
            "pcap",
            "transport",
            "text",
            "time",
            "options",
            "bus")
        .whereLayer("metrics")
        .mayOnlyAccessLayers("wire", "tcp", "transport", "root")
        .whereLayer("bench")
        .mayOnlyAccessLayers("wire", "tcp", "connection", "stack", "transport", "root")
        .whereLayer("cli")
        .mayOnlyAccessLayers("tcp", "transport", "text", "time", "context", "root", "bench")
        .check(CLASSES);
  }

  @Test
  void noTest_isSwitchedOff() {
    JavaClasses tests =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("dev.jktcp");
    noClasses().should().beAnnotatedWith(Disabled.class).check(tests);
    noMethods().should().beAnnotatedWith(Disabled.class).check(tests);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("dev.jktcp.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** They meet over the event bus, and in what {@code impl.frame} has for both. */
  @Test
  void sidesOfTheBus_doNotKnowEachOther() {
    String[][] sides = {
      {"dev.jktcp.impl.handle", "dev.jktcp.impl.session"},
      {"dev.jktcp.impl.handle", "dev.jktcp.impl.addressed"},
      {"dev.jktcp.impl.addressed", "dev.jktcp.impl.session"},
      {"dev.jktcp.impl.session", "dev.jktcp.impl.handle"},
      {"dev.jktcp.impl.addressed", "dev.jktcp.impl.handle"},
    };
    for (String[] side : sides) {
      noClasses()
          .that()
          .resideInAPackage(side[0])
          .should()
          .dependOnClassesThat()
          .resideInAPackage(side[1])
          .check(CLASSES);
    }
  }

  @Test
  void everyPackage_isInALayer() {
    classes()
        .that()
        .resideInAPackage("dev.jktcp..")
        .should()
        .resideInAnyPackage(
            "dev.jktcp",
            "dev.jktcp.impl..",
            "dev.jktcp.wire..",
            "dev.jktcp.tcp",
            "dev.jktcp.tcp.connection..",
            "dev.jktcp.stack..",
            "dev.jktcp.pcap..",
            "dev.jktcp.transport..",
            "dev.jktcp.text..",
            "dev.jktcp.time..",
            "dev.jktcp.options..",
            "dev.jktcp.bus..",
            "dev.jktcp.context..",
            "dev.jktcp.bench..",
            "dev.jktcp.metrics..",
            "dev.jktcp.cli..")
        .check(CLASSES);
  }

  /** Of java.base, what computes; not what waits, schedules, reads files or sockets. */
  @Test
  void core_needsOnlyTheLanguage() {
    classes()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(CORE)
                .or(
                    resideInAnyPackage(
                        "java.lang",
                        "java.lang.annotation",
                        "java.lang.invoke",
                        "java.lang.runtime",
                        "java.nio", // ByteOrder
                        "java.util",
                        "java.util.function",
                        "java.util.stream"))
                .or(equivalentTo(Duration.class))) // a value; no clock goes with it
        .check(CLASSES);
  }

  @Test
  void core_hasNoThreads() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocal.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.Timer.class)
        .orShould()
        .callMethod(Object.class, "wait")
        .orShould()
        .callMethod(Object.class, "notifyAll")
        .check(CLASSES);
  }

  @Test
  void core_readsNoClock() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.Date.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.Calendar.class)
        .check(CLASSES);
  }

  @Test
  void core_drawsNoRandomNumbers() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(java.util.Random.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.SplittableRandom.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.UUID.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(System.class, "identityHashCode", Object.class)
        .check(CLASSES);
  }

  @Test
  void core_doesNotLog() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(System.Logger.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  /** Only the command line talks to a terminal. */
  @Test
  void library_printsNothing() {
    noClasses()
        .that()
        .resideInAPackage("dev.jktcp..")
        .and()
        .resideOutsideOfPackage("dev.jktcp.cli..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }
}
