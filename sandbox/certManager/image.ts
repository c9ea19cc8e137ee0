import type { Image } from "../images/archive";
import { binaryLayer } from "../images/binaryLayers";
import { readGoModule } from "../toolchain/goModules";

const binary = "/app/cmd/controller/controller";

/** Name of the controller's image, in the version whose controllers are in it. */
export const controllerImageName = `quay.io/jetstack/cert-manager-controller:v${readGoModule("certManager").version}`;

/** cert-manager's controllers behind a main program of ours. @param controller path of the binary */
export function certManagerImage(controller: string): Image {
  return {
    name: controllerImageName,
    layers: [binaryLayer("cert-manager-controller", controller, binary)],
    entrypoint: [binary],
    user: "1000",
  };
}
