// Proves which packages are had. That Maven runs from them, only a first start of staging shows.
import assert from "node:assert/strict";
import { packagesToUnpack } from "../../../sandbox/elasticsearch/maven";

/** Lines of `apt-get --simulate install maven unzip` on a machine with nothing installed. */
const simulated = `NOTE: This is only a simulation!
The following NEW packages will be installed:
  libguava-java libc6 maven
Inst libc6 (2.36-9+deb12u14 Debian:12.13/oldstable [amd64]) []
Inst ca-certificates-java (20230710~deb12u1 Debian:12.13/oldstable [all]) []
Inst openjdk-17-jre-headless (17.0.21.1+2-1~deb12u1 Debian-Security:12/oldstable-security [amd64])
Inst libguava-java (31.1-1 Debian:12.13/oldstable [all])
Inst libgeronimo-annotation-1.3-spec-java (1.3-1 Debian:12.13/oldstable [all])
Inst maven (3.8.7-1 Debian:12.13/oldstable [all])
Inst unzip (6.0-28+deb12u1 Debian-Security:12/oldstable-security [amd64])
Conf libguava-java (31.1-1 Debian:12.13/oldstable [all])
`;

describe("elasticsearch/maven", () => {
  it("has Maven, its libraries and unzip, and neither Java nor what every Debian has", () => {
    assert.deepEqual(packagesToUnpack(simulated), [
      "libguava-java",
      "libgeronimo-annotation-1.3-spec-java",
      "maven",
      "unzip",
    ]);
  });
});
