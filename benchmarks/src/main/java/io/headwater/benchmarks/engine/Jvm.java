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
 * @param options that this side needs to run at all
 */
public record Jvm(String heap, String classPath, List<String> options) {
  /** A JVM with the classes of this one. */
  public static Jvm like(String heap) {
    return new Jvm(heap, System.getProperty("java.class.path"), List.of());
  }

  /** A JVM with the jars of a folder, and of this one no more than the benchmarks' own classes. */
  public static Jvm ofJars(String heap, Path folder) {
    try {
      Path own = Path.of(Jvm.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new Jvm(heap, own + File.pathSeparator + folder.resolve("*"), List.of());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** This JVM with more options. */
  public Jvm with(List<String> more) {
    return new Jvm(heap, classPath, more);
  }

  /** This JVM with more in front of its class path. */
  public Jvm with(Path classes) {
    return new Jvm(heap, classes + File.pathSeparator + classPath, options);
  }

  public List<String> command(Class<?> mainClass, List<String> arguments) {
    return command(mainClass.getName(), arguments);
  }

  /** As the other form, for a class that only the started JVM has. */
  public List<String> command(String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xms" + heap);
    command.add("-Xmx" + heap);
    command.add("-XX:+UseG1GC");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(options);
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }
}
