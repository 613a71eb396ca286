package io.headwater.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** How an error is shown: one line, and where it came from only if asked for. */
final class Failures {
  private Failures() {}

  /** Shows the error; returns the exit code. */
  static int report(Console console, Throwable failure, boolean stackTrace) {
    console.out().flush();
    console.err().println("headwater: " + oneLine(message(failure)));
    if (stackTrace) {
      failure.printStackTrace(console.err());
    }
    return HeadwaterCommand.FAILED;
  }

  /** What went wrong, in one line's worth of words. */
  static String message(Throwable failure) {
    if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
      return message(unchecked.getCause());
    }
    if (failure instanceof IOException io) {
      return message(io);
    }
    if (isExpected(failure)) {
      return textOf(failure);
    }
    return "unexpected %s; --stacktrace shows where it came from".formatted(failure);
  }

  private static String message(IOException failure) {
    if (failure instanceof FileSystemException file && file.getFile() != null) {
      String reason = file.getReason() == null ? "" : ": " + file.getReason();
      if (failure instanceof AccessDeniedException) {
        return file.getFile() + ": no permission" + reason;
      }
      if (failure instanceof NoSuchFileException) {
        return file.getFile() + ": no such file or folder";
      }
      if (failure instanceof NotDirectoryException) {
        return file.getFile() + ": not a folder";
      }
      return file.getFile() + (reason.isEmpty() ? ": " + failure : reason);
    }
    return textOf(failure);
  }

  /** Whether the message was written for whoever called, and not only for us. */
  private static boolean isExpected(Throwable failure) {
    return failure instanceof UserException
        || failure.getClass().getName().startsWith("io.headwater.")
        || failure instanceof IllegalArgumentException;
  }

  private static String textOf(Throwable failure) {
    @Nullable String text = failure.getMessage();
    return text == null || text.isBlank() ? failure.getClass().getSimpleName() : text;
  }

  static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
