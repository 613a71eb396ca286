package io.headwater.benchmarks.workload;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The layout of an event and of a profile, and what the cases do to one: both sides call the same
 * functions, so that only what is around them is compared.
 */
public final class Events {
  public static final int VALUE_BYTES = 100;
  public static final int PROFILE_BYTES = 32;

  private static final int KINDS = 1000;
  private static final int TIME_AT = 0;
  private static final int USER_AT = 8;
  private static final int KIND_AT = 12;
  private static final int AMOUNT_AT = 16;
  private static final int PROFILE_USER_AT = 0;
  private static final int PROFILE_FACTOR_AT = 4;

  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  private Events() {}

  static byte[] event(long timeMs, int user, long index) {
    byte[] value = new byte[VALUE_BYTES];
    LONG.set(value, TIME_AT, timeMs);
    INT.set(value, USER_AT, user);
    INT.set(value, KIND_AT, (int) (index % KINDS));
    DOUBLE.set(value, AMOUNT_AT, (double) (index % 997));
    return value;
  }

  static byte[] profile(int user) {
    byte[] profile = new byte[PROFILE_BYTES];
    INT.set(profile, PROFILE_USER_AT, user);
    DOUBLE.set(profile, PROFILE_FACTOR_AT, 1 + user % 64);
    return profile;
  }

  /** Whether the filter keeps an event: half of them. */
  public static boolean kept(byte[] value) {
    return (int) INT.get(value, KIND_AT) < KINDS / 2;
  }

  /** A copy of the event with another amount. */
  public static byte[] converted(byte[] value) {
    byte[] copy = value.clone();
    DOUBLE.set(copy, AMOUNT_AT, (double) DOUBLE.get(value, AMOUNT_AT) * 1.5);
    return copy;
  }

  /** A copy of the event with its amount multiplied by its user's factor. */
  public static byte[] joined(byte[] value, byte[] profile) {
    byte[] copy = value.clone();
    double factor = (double) DOUBLE.get(profile, PROFILE_FACTOR_AT);
    DOUBLE.set(copy, AMOUNT_AT, (double) DOUBLE.get(value, AMOUNT_AT) * factor);
    return copy;
  }

  private static VarHandle view(Class<?> arrayType) {
    return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.BIG_ENDIAN);
  }
}
