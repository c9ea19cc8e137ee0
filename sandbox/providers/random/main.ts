import { announceStandIn } from "../shared/engineLog";
import { packageVersion } from "../shared/packageVersion";
import { engineAddressFrom } from "../shared/pluginServer";
import { serveProvider } from "../shared/providerServer";
import { RandomProvider } from "./provider";

announceStandIn("pulumi-resource-random", engineAddressFrom(process.argv.slice(2)));
void serveProvider(new RandomProvider(packageVersion("@pulumi/random")));
