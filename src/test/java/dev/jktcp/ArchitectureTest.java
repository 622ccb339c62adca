package dev.jktcp;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
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
        .layer("health")
        .definedBy("dev.jktcp.health..")
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
        .whereLayer("health")
        .mayOnlyAccessLayers("transport", "root")
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

  /**
   * The parts of {@code impl}. The sides of the event bus, {@code handle} and {@code session}, meet
   * in {@code frame} alone.
   */
  @Test
  void partsOfImpl_importOnlyFromThoseAbove() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("frame")
        .definedBy("dev.jktcp.impl.frame")
        .layer("pump")
        .definedBy("dev.jktcp.impl.pump")
        .layer("adapter")
        .definedBy("dev.jktcp.impl")
        .layer("channel")
        .definedBy("dev.jktcp.impl.channel")
        .layer("names")
        .definedBy("dev.jktcp.impl.names")
        .layer("proxy")
        .definedBy("dev.jktcp.impl.proxy")
        .layer("handle")
        .definedBy("dev.jktcp.impl.handle")
        .layer("addressed")
        .definedBy("dev.jktcp.impl.addressed")
        .layer("session")
        .definedBy("dev.jktcp.impl.session")
        .layer("control")
        .definedBy("dev.jktcp.impl.control")
        .layer("verticle")
        .definedBy("dev.jktcp.impl.verticle")
        .whereLayer("frame")
        .mayNotAccessAnyLayer()
        .whereLayer("pump")
        .mayNotAccessAnyLayer()
        .whereLayer("adapter")
        .mayOnlyAccessLayers("pump")
        .whereLayer("channel")
        .mayOnlyAccessLayers("adapter")
        .whereLayer("names")
        .mayOnlyAccessLayers("adapter", "channel")
        .whereLayer("proxy")
        .mayOnlyAccessLayers("adapter", "pump")
        .whereLayer("handle")
        .mayOnlyAccessLayers("adapter", "pump", "frame")
        .whereLayer("addressed")
        .mayOnlyAccessLayers("adapter", "frame")
        .whereLayer("session")
        .mayOnlyAccessLayers("adapter", "frame", "addressed")
        .whereLayer("control")
        .mayOnlyAccessLayers("adapter", "pump", "frame")
        .whereLayer("verticle")
        .mayOnlyAccessLayers("frame")
        .check(CLASSES);
  }

  @Test
  void everyPartOfImpl_isAmongThem() {
    Set<String> parts = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      if (type.getPackageName().startsWith("dev.jktcp.impl.")) {
        parts.add(type.getPackageName().substring("dev.jktcp.impl.".length()));
      }
    }
    assertEquals(
        Set.of(
            "frame",
            "pump",
            "channel",
            "names",
            "proxy",
            "handle",
            "addressed",
            "session",
            "control",
            "verticle"),
        parts);
  }

  /** The API knows what makes its objects, and what reads its options from JSON; no more of it. */
  @Test
  void api_knowsImplInItsFactoriesAndJsonAlone() {
    Set<String> factories = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      boolean knows =
          type.getDirectDependenciesFromSelf().stream()
              .anyMatch(d -> d.getTargetClass().getPackageName().startsWith("dev.jktcp.impl"));
      if (knows && type.getPackageName().equals("dev.jktcp")) {
        factories.add(type.getName().replaceFirst("^dev\\.jktcp\\.", "").replaceFirst("\\$.*", ""));
      }
    }
    assertEquals(
        Set.of(
            "Adapter",
            "AdapterHandle",
            "AdapterStream",
            "AdapterVerticle",
            "AdapterVerticleConfig",
            "JktcpTransport",
            "ProxyServer",
            "Pump",
            "TcpControl",
            // JSON
            "AdapterOptions",
            "ConnectionInfo",
            "TcpConnectOptions",
            "TcpListenOptions"),
        factories);
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
            "dev.jktcp.health..",
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
