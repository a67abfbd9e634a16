package org.vertxipc;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.TryCatchBlock;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.OnOneJdk;

/** Checks which package imports which: imports follow the order in {@code docs/architecture.md}. */
@OnOneJdk
class ArchitectureTest {
  private static final String ROOT = "org.vertxipc";
  // The lowest package: whoever acts on an option reads it there, and nobody copies it.
  private static final String OPTIONS = ROOT + ".options";

  private static final List<String> DOWN =
      List.of(
          ROOT,
          ROOT + ".link",
          ROOT + ".stream",
          ROOT + ".cluster",
          ROOT + ".bridge",
          ROOT + ".eventbus",
          ROOT + ".log",
          ROOT + ".machine",
          ROOT + ".bus",
          ROOT + ".store",
          ROOT + ".wire",
          ROOT + ".channel..",
          ROOT + ".journal",
          ROOT + ".ring",
          ROOT + ".metrics",
          ROOT + ".counters.file",
          ROOT + ".reactor",
          ROOT + ".posix",
          ROOT + ".json",
          ROOT + ".jfr",
          ROOT + ".counters",
          OPTIONS);

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPaths("target/classes", "target/cli-classes");

  @Test
  void importsRunDownOnly() {
    for (int i = 1; i < DOWN.size(); i++) {
      noClasses()
          .that()
          .resideInAPackage(DOWN.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(DOWN.subList(0, i).toArray(new String[0]))
          .check(CLASSES);
    }
  }

  @Test
  void theToolUsesThePublicFaceOnly() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".cli")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(DOWN.subList(1, DOWN.size() - 1).toArray(new String[0]))
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".cli")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".cli")
        .check(CLASSES);
  }

  @Test
  void onlyPosixCallsJnr() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".posix")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.kenai..")
        .check(CLASSES);
    // It takes 200 ms to bind what these call, and no start needs it.
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".posix.Groups")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + ".posix.Groups$ReturnErrors")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr.ffi..", "jnr.posix..", "jnr.enxio..")
        .check(CLASSES);
  }

  /** Checks the channels; of the tool, one class watches a descriptor by Netty's public API. */
  @Test
  void onlyTheReactorAndStreamsTouchNettysChannels() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".reactor", ROOT + ".stream")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + ".cli.OutputWatch")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty.channel..", "io.netty.util..")
        .check(CLASSES);
  }

  /** Checks what only some applications have, and what must not be loaded in others. */
  @Test
  void onlyMetersAndHealthUseWhatIsOptional() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".metrics")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..", "io.vertx.micrometer..")
        .check(CLASSES);
    noClasses()
        .that()
        .haveFullyQualifiedName(ROOT + ".metrics.Meters")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .check(CLASSES);
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".IpcHealth")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.vertx.ext..")
        .check(CLASSES);
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".IpcHealth")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(ROOT + ".IpcHealth")
        .check(CLASSES);
  }

  @Test
  void theRingKnowsNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".ring")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(ROOT + ".ring", "java..")
        .check(CLASSES);
  }

  @Test
  void theClassesOfThesePackagesFormNoCycles() {
    for (String aPackage : List.of(".bridge", ".eventbus", ".bus", ".store", ".stream")) {
      SlicesRuleDefinition.slices()
          .assignedFrom(new TopLevelClasses(ROOT + aPackage))
          .should()
          .beFreeOfCycles()
          .check(CLASSES);
    }
  }

  private record TopLevelClasses(String ofPackage) implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      return javaClass.getPackageName().equals(ofPackage)
          ? SliceIdentifier.of(javaClass.getName().split("\\$", 2)[0])
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "the classes of " + ofPackage;
    }
  }

  @Test
  void onlyOnePackageTouchesTheInsideOfVertx() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".eventbus")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx.core.eventbus.impl..", "io.vertx.core.impl..")
        .check(CLASSES);
  }

  @Test
  void theEventBusKnowsNoPeersAndNoChannels() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".eventbus")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".bus", ROOT + ".store", ROOT + ".channel..", ROOT + ".reactor")
        .check(CLASSES);
  }

  /** Checks the length: a longer class has more than one reason to change. */
  @Test
  void noSourceFileIsLong() throws IOException {
    for (String root : List.of("src", "examples")) {
      try (Stream<Path> sources = Files.walk(Path.of(root))) {
        for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
          int lines = Files.readAllLines(source).size();
          assertTrue(lines <= 400, source + " has " + lines + " lines");
        }
      }
    }
  }

  /** What the JVM makes of memory that somebody took away, and rings of impossible positions. */
  @Test
  void faultsOfMemoryEndInChannelsAndStores() {
    for (String above : List.of(".bridge", ".bus", ".wire", ".link")) {
      noClasses()
          .that()
          .resideInAPackage(ROOT + above)
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.vertxipc.ring.CorruptRingException")
          .check(CLASSES);
      for (JavaClass javaClass : CLASSES.that(resideInAPackage(ROOT + above))) {
        for (JavaCodeUnit unit : javaClass.getCodeUnits()) {
          for (TryCatchBlock block : unit.getTryCatchBlocks()) {
            block
                .getCaughtThrowables()
                .forEach(
                    caught ->
                        assertFalse(
                            caught.isAssignableTo(InternalError.class), unit.getFullName()));
          }
        }
      }
    }
  }

  @Test
  void linksKnowNothingOfTheBus() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".link")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".bus", ROOT + ".wire", ROOT + ".ring")
        .check(CLASSES);
  }
}
