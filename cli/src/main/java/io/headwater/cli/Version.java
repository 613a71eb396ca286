package io.headwater.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {
  Version() {}

  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "headwater %s, Java %s"
          .formatted(version == null ? "of this build" : version, Runtime.version().toString())
    };
  }
}
