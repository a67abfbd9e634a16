package org.vertxipc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may import whom: imports run down the list of the design. */
class ArchitectureTest {
  private static final String ROOT = "org.vertxipc";

  private static final List<String> DOWN =
      List.of(
          ROOT,
          ROOT + ".link",
          ROOT + ".bridge",
          ROOT + ".eventbus",
          ROOT + ".bus",
          ROOT + ".store",
          ROOT + ".wire",
          ROOT + ".channel..",
          ROOT + ".journal",
          ROOT + ".ring",
          ROOT + ".posix..",
          ROOT + ".reactor");

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPath("target/classes");

  @Test
  void importsRunDownOnly() {
    for (int i = 1; i < DOWN.size(); i++) {
      noClasses()
          .that()
          .resideInAPackage(DOWN.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(DOWN.subList(0, i).toArray(new String[0]))
          .check(classes);
    }
  }

  @Test
  void theToolUsesThePublicFaceOnly() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".cli")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(DOWN.subList(1, DOWN.size()).toArray(new String[0]))
        .check(classes);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".cli")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".cli")
        .check(classes);
  }

  @Test
  void onlyPosixAndTheFallbackSelectorCallJnr() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".posix..", ROOT + ".reactor")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.kenai..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".reactor")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr.ffi..", "jnr.posix..", "com.kenai..")
        .check(classes);
  }

  @Test
  void onlyTheReactorTouchesNettysLoops() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".reactor")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty.channel..", "io.netty.util..")
        .check(classes);
  }

  @Test
  void theRingKnowsNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".ring")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(ROOT + ".ring", "java..")
        .check(classes);
  }

  @Test
  void linksKnowNothingOfTheBus() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".link")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".bus", ROOT + ".wire", ROOT + ".ring")
        .check(classes);
  }

  @Test
  void onlyOnePackageTouchesTheInsideOfVertx() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".eventbus")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx.core.eventbus.impl..", "io.vertx.core.impl..")
        .check(classes);
  }

  @Test
  void theEventBusKnowsNoPeersAndNoChannels() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".eventbus")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".bus", ROOT + ".store", ROOT + ".channel..", ROOT + ".reactor")
        .check(classes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bridge", "eventbus"})
  void noClassesOfAPackageGoRoundInCircles(String name) {
    slices()
        .assignedFrom(new OuterClasses(ROOT + "." + name))
        .should()
        .beFreeOfCycles()
        .check(classes);
  }

  /** A slice for each class of a package, those within it included. */
  private record OuterClasses(String name) implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return type.getPackageName().equals(name)
          ? SliceIdentifier.of(type.getName().replaceFirst("[$].*", ""))
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "the classes of " + name;
    }
  }

  /** A class that is longer has more than one reason to change. */
  @Test
  void noClassIsLongerThan400Lines() throws IOException {
    List<String> longer = new ArrayList<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main"))) {
      for (Path source : sources.filter(p -> p.toString().endsWith(".java")).toList()) {
        long lines = Files.readAllLines(source).size();
        if (lines > 400) {
          longer.add(source + ": " + lines);
        }
      }
    }
    assertEquals(List.of(), longer);
  }
}
