package io.headwater.benchmarks.engine;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a JVM of a benchmark is started: the JDK of this one, and the same options for every side.
 *
 * @param heap such as {@code 3g}, taken at once
 * @param classPath in Java's syntax
 */
public record Jvm(String heap, String classPath) {
  /** A JVM with the classes of this one. */
  public static Jvm like(String heap) {
    return new Jvm(heap, System.getProperty("java.class.path"));
  }

  /** A JVM with the jars of a folder, and of this one no more than the benchmarks' own classes. */
  public static Jvm ofJars(String heap, Path folder) {
    try {
      Path own = Path.of(Jvm.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new Jvm(heap, own + File.pathSeparator + folder.resolve("*"));
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public List<String> command(Class<?> mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xms" + heap);
    command.add("-Xmx" + heap);
    command.add("-XX:+UseG1GC");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass.getName());
    command.addAll(arguments);
    return command;
  }
}
