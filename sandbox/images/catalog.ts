import { pauseImage } from "../node/files";
import { toolVersion, type Toolchain } from "../toolchain/toolchain";
import type { Image } from "./archive";
import { binaryLayer, busyboxLayer } from "./binaryLayers";

/**
 * Jaeger's release that the Go module's version is: v1 and v2 were released from one commit each time, and the
 * module proxy knows only v1's numbers.
 */
const jaegerReleases: Readonly<Record<string, string>> = { "1.76.0": "2.13.0" };

/** The Jaeger version that the sandbox runs. */
export function sandboxJaegerVersion(): string {
  const module = toolVersion("jaeger");
  const release = jaegerReleases[module];
  if (!release)
    throw new Error(
      `sandbox/images/catalog.ts: name the Jaeger release of module v${module} in jaegerReleases`,
    );
  return release;
}

/** Name of CoreDNS's image. */
export const corednsImage = `localhost/coredns:${toolVersion("coredns")}`;

/** Small tools for steps and probes; the version is Debian's. */
const busyboxImage = "docker.io/library/busybox:1.35.0";

/** The images that a node cannot do without. */
export function nodeImages(tools: Toolchain): Image[] {
  const busybox = busyboxLayer(tools);
  return [
    { name: pauseImage, layers: [busybox], entrypoint: ["/bin/busybox", "sleep", "infinity"], user: "65535" },
    {
      name: corednsImage,
      layers: [binaryLayer("coredns", tools.coredns, "/coredns")],
      entrypoint: ["/coredns"],
      user: "65532",
    },
  ];
}

/** The images that the program names, at the paths and with the user of the vendor's own images. */
export function programImages(tools: Toolchain): Image[] {
  const version = sandboxJaegerVersion();
  const jaeger = "/cmd/jaeger/jaeger-linux";
  const rollover = "/go/bin/es-rollover";
  const cleaner = "/go/bin/es-index-cleaner";
  const busybox = busyboxLayer(tools);
  return [
    {
      name: `docker.io/jaegertracing/jaeger:${version}`,
      // The vendor's image is based on a system with a shell, so this one has one too.
      layers: [busybox, binaryLayer("jaeger", tools.jaeger, jaeger)],
      entrypoint: [jaeger],
      environment: { JAEGER_LISTEN_HOST: "0.0.0.0" },
    },
    {
      name: `docker.io/jaegertracing/jaeger-es-rollover:${version}`,
      layers: [busybox, binaryLayer("es-rollover", tools.esRollover, rollover)],
      entrypoint: [rollover],
    },
    {
      name: `docker.io/jaegertracing/jaeger-es-index-cleaner:${version}`,
      layers: [busybox, binaryLayer("es-index-cleaner", tools.esIndexCleaner, cleaner)],
      entrypoint: [cleaner],
    },
    { name: busyboxImage, layers: [busybox], command: ["sh"] },
  ];
}
