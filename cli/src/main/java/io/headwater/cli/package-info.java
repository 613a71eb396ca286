/**
 * The {@code headwater} command. {@link io.headwater.cli.Main} picks the real streams and clock;
 * {@link io.headwater.cli.HeadwaterCommand} lists the commands, each a class of its own.
 *
 * <p>What all commands keep to:
 *
 * <ul>
 *   <li>Data goes to standard output, and with {@code --json} as one JSON object a line. All else
 *       (progress, summaries of what was done, errors) goes to standard error.
 *   <li>The exit code is 0, or 1 if the command failed, or 2 if it was called wrongly. An error is
 *       one line that says what, where and what to do; {@code --stacktrace} shows where it came
 *       from.
 *   <li>A command that only reads takes no lock and changes nothing, and can run beside the process
 *       that writes.
 * </ul>
 */
@NullMarked
package io.headwater.cli;

import org.jspecify.annotations.NullMarked;
