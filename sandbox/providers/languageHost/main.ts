import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { announceStandIn } from "../shared/engineLog";
import { engineAddressFrom, servePlugin } from "../shared/pluginServer";
import { packageVersion } from "../shared/packageVersion";
import { Children } from "./children";
import { languageRuntimeService } from "./languageRuntime";

const children = new Children();
const settings = {
  engineAddress: engineAddressFrom(process.argv.slice(2)),
  version: packageVersion("@pulumi/pulumi"),
};
announceStandIn("pulumi-language-nodejs", settings.engineAddress);
void servePlugin(LanguageRuntimeService, languageRuntimeService(settings, children), () =>
  children.stopAll(),
);
