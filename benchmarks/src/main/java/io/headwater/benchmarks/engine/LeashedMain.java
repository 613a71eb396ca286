package io.headwater.benchmarks.engine;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another main class, the first argument, and ends the JVM when standard input ends: so the
 * server inside never outlives the process that started it, however that one dies.
 */
public final class LeashedMain {
  private LeashedMain() {}

  public static void main(String[] args) throws Throwable {
    Thread leash = new Thread(LeashedMain::exitAtEndOfInput, "leash");
    leash.setDaemon(true);
    leash.start();
    Object rest = Arrays.copyOfRange(args, 1, args.length);
    try {
      Class.forName(args[0]).getMethod("main", String[].class).invoke(null, rest);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }

  private static void exitAtEndOfInput() {
    try {
      int read = System.in.read();
      while (read >= 0) {
        read = System.in.read();
      }
    } catch (IOException unreadable) {
      // As good as its end.
    }
    System.exit(0);
  }
}
