package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.vertx.codegen.annotations.VertxGen;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * The API as vertx-codegen sees it: what makes wrappers for RxJava, Mutiny or Kotlin of it takes
 * each interface and each options class.
 */
class CodegenTest {
  private static final Path API = Path.of("src/main/java/dev/jktcp");

  @Test
  void everyInterface_isForWrappers() {
    List<String> without =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.jktcp")
                .stream()
                .filter(type -> type.getPackageName().equals("dev.jktcp") && type.isInterface())
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.isAnnotatedWith(VertxGen.class))
                .map(JavaClass::getSimpleName)
                .toList();
    assertEquals(List.of(), without);
  }

  @Test
  void processor_takesTheApi() throws IOException {
    assertEquals(List.of(), errors(List.of()));
  }

  @Test
  void processor_refusesWhatNoWrapperCanHave() throws IOException {
    List<String> errors =
        errors(List.of(source("Wrong", "@VertxGen public interface Wrong { void a(Thread b); }")));
    assertTrue(errors.toString().contains("java.lang.Thread is not legal"), errors::toString);
    errors = errors(List.of(source("Options", "@DataObject public class Options {}")));
    assertTrue(errors.isEmpty(), errors::toString); // no JSON: OptionsJsonTest asks for that
  }

  private static JavaFileObject source(String name, String code) {
    String text = "package dev.jktcp; import io.vertx.codegen.annotations.*; " + code;
    return new SimpleJavaFileObject(
        URI.create("string:///dev/jktcp/" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  private static List<String> errors(List<JavaFileObject> more) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(told, null, null)) {
      List<JavaFileObject> sources = new ArrayList<>(more);
      files.getJavaFileObjectsFromPaths(api()).forEach(sources::add);
      List<String> options =
          List.of(
              "-proc:only",
              "-processor",
              "io.vertx.codegen.processor.Processor",
              "-classpath",
              System.getProperty("java.class.path"));
      compiler.getTask(null, files, told, options, null, sources).call();
    }
    return told.getDiagnostics().stream()
        .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
        .map(each -> each.getMessage(null))
        .toList();
  }

  private static List<Path> api() throws IOException {
    List<Path> api = new ArrayList<>();
    for (Path directory : List.of(API, API.resolve("transport"))) {
      try (Stream<Path> files = Files.list(directory)) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(api::add);
      }
    }
    return api;
  }
}
