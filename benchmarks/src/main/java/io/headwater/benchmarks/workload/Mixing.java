package io.headwater.benchmarks.workload;

/** A bijection of 64-bit numbers under which neighbours look unrelated (SplitMix64's finalizer). */
public final class Mixing {
  private Mixing() {}

  public static long mixed(long bits) {
    bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits ^ (bits >>> 31);
  }
}
