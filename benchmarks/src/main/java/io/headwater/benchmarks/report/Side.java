package io.headwater.benchmarks.report;

/** Who is measured. */
public enum Side {
  PEER("Kafka Streams"),
  OURS("Headwater");

  private final String title;

  Side(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }
}
