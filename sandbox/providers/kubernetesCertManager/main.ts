import * as provider from "@pulumi/pulumi/provider";
import { announceStandIn } from "../shared/engineLog";
import { packageVersion } from "../shared/packageVersion";
import { endWithParent, engineAddressFrom } from "../shared/pluginServer";
import { CERT_MANAGER, CertManager } from "./certManager";

const plugin: provider.Provider = {
  version: packageVersion("@pulumi/kubernetes-cert-manager"),
  construct: (name, type, inputs, options) => {
    if (type !== CERT_MANAGER) {
      return Promise.reject(
        new Error(`${type} is not part of the plugin kubernetes-cert-manager; it has ${CERT_MANAGER}.`),
      );
    }
    const component = new CertManager(name, inputs, packageVersion("@pulumi/kubernetes"), options);
    return Promise.resolve({ urn: component.urn, state: { status: component.status } });
  },
};

announceStandIn("pulumi-resource-kubernetes-cert-manager", engineAddressFrom(process.argv.slice(2)));
endWithParent(() => process.exit(0));
void provider.main(plugin, process.argv.slice(2));
