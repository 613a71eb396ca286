package io.headwater.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A module uses only the modules above it, and the core depends on nothing heavy. */
final class ArchitectureTest {
  private static final JavaClasses HEADWATER =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.headwater");

  /** Each line: a module, the modules it may use, and libraries beside the JDK and JSpecify. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serde      |                                |
          serde.json | serde                          | com.fasterxml.jackson
          log        | serde                          | org.slf4j net.jpountz org.xerial com.github.luben
          broker     | serde log                      | org.slf4j
          state      | serde log broker               | org.slf4j
          streams    | serde log broker state         | org.slf4j
          """)
  void aModuleUsesOnlyModulesAboveIt(String module, String modules, String libraries) {
    var allowed = new ArrayList<>(List.of("java..", "org.jspecify.."));
    // Of the JDK's own internals only the one call that releases a mapping.
    if (module.equals("log")) {
      allowed.add("sun.misc");
    }
    allowed.addAll(packages(module));
    for (String name : words(modules)) {
      allowed.addAll(packages(name));
    }
    for (String name : words(libraries)) {
      allowed.add(name + "..");
    }
    classes()
        .that()
        .resideInAnyPackage(packages(module).toArray(String[]::new))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(HEADWATER);
  }

  /** So that a log without them works, as long as no batch needs one. */
  @Test
  void onlyTheCodecsUseTheLibrariesOfCompression() {
    noClasses()
        .that()
        .resideInAPackage("io.headwater..")
        .and()
        .haveSimpleNameNotEndingWith("Codec")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("net.jpountz..", "org.xerial..", "com.github.luben..")
        .check(HEADWATER);
  }

  @Test
  void onlyOneClassReleasesMappings() {
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("Mapping")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("sun.misc")
        .check(HEADWATER);
  }

  @Test
  void filesAreTouchedOnlyThroughTheStorageSeam() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.headwater.log..",
            "io.headwater.broker..",
            "io.headwater.state..",
            "io.headwater.streams..")
        .and()
        .resideOutsideOfPackage("io.headwater.log.storage")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.file.Files")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.RandomAccessFile")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.channels.FileChannel")
        .check(HEADWATER);
  }

  @Test
  void theExampleAndTheCommandsUseOnlyWhatIsApi() {
    noClasses()
        .that()
        .resideInAnyPackage("io.headwater.examples..", "io.headwater.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.headwater.log.segment..",
            "io.headwater.state.task..",
            "io.headwater.streams.dsl..",
            "io.headwater.streams.operator..",
            "io.headwater.streams.plan..",
            "io.headwater.streams.runtime..")
        .check(HEADWATER);
  }

  private static List<String> packages(String module) {
    // serde.json is a module of its own inside the namespace of serde.
    return module.equals("serde")
        ? List.of("io.headwater.serde")
        : List.of("io.headwater." + module + "..");
  }

  private static List<String> words(String text) {
    return text == null || text.isBlank() ? List.of() : List.of(text.trim().split(" +"));
  }
}
