package io.headwater.log.segment;

/** Something in a segment that is not a whole batch: where it starts in the file, and why. */
public record Fault(int position, String reason) {}
