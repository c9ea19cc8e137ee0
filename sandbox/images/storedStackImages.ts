import { nodeImage } from "../../components/elasticsearch/images";
import { gatewayImage } from "../../components/jaeger/gatewayImage";
import { proxyImage } from "../../components/jaeger/uiProxy";
import { certManagerImage } from "../certManager/image";
import { elasticsearchImage } from "../elasticsearch/image";
import type { Paths } from "../support/paths";
import type { StoredStackTools } from "../toolchain/storedStack";
import type { Toolchain } from "../toolchain/toolchain";
import type { Image } from "./archive";
import { binaryLayer, busyboxLayer } from "./binaryLayers";
import { nodeLayer } from "./nodeLayer";

/** The images of a stack that stores in Elasticsearch, beside those of each stack. */
export function storedStackImages(paths: Paths, tools: Toolchain, stored: StoredStackTools): Image[] {
  const proxy = "/bin/oauth2-proxy";
  const gateway = "/otelcol-contrib";
  return [
    elasticsearchImage(paths),
    certManagerImage(stored.certManagerController),
    {
      name: proxyImage,
      layers: [binaryLayer("oauth2-proxy", stored.oauth2Proxy, proxy)],
      entrypoint: [proxy],
      user: "65532",
    },
    {
      name: `docker.io/${gatewayImage}`,
      layers: [binaryLayer("otelcol-contrib", stored.collectorContrib, gateway)],
      entrypoint: [gateway],
      user: "10001",
    },
    {
      // A stand-in: this machine's own Node.js under the name that the program asks for, and busybox for Alpine.
      name: `docker.io/library/${nodeImage}`,
      layers: [busyboxLayer(tools), nodeLayer()],
      command: ["node"],
      user: "1000",
    },
  ];
}
