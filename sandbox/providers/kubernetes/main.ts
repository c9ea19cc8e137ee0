import { announceStandIn } from "../shared/engineLog";
import { packageVersion } from "../shared/packageVersion";
import { engineAddressFrom } from "../shared/pluginServer";
import { serveProvider } from "../shared/providerServer";
import { KubernetesProvider } from "./provider";

const log = announceStandIn("pulumi-resource-kubernetes", engineAddressFrom(process.argv.slice(2)));
void serveProvider(new KubernetesProvider(packageVersion("@pulumi/kubernetes"), log));
