package io.headwater.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/**
 * What a command sees of the world.
 *
 * @param out where data goes; buffered, so whoever waits for more input flushes it first
 * @param err where progress and errors go
 * @param terminal whether a person watches {@code err}, who likes to see progress
 * @param command how the user calls headwater, for commands to type next
 * @param stop says when to end early
 */
record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    boolean debug,
    String command,
    InstantSource clock,
    Stop stop) {

  /** The console of this process. The launcher knows whether there is a terminal. */
  static Console ofProcess() {
    var out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
            false,
            StandardCharsets.UTF_8);
    var err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    return new Console(
        System.in,
        out,
        err,
        Boolean.getBoolean("headwater.terminal"),
        System.getenv("HEADWATER_DEBUG") != null,
        System.getProperty("headwater.command", "headwater"),
        InstantSource.system(),
        new Stop());
  }
}
