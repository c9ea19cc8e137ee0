import { PolicyPack } from "@pulumi/policy";
import { shareProperties } from "./engine/shareProperties";
import { policies } from "./policies";

shareProperties();
new PolicyPack("nova-tracing-policy", { policies, enforcementLevel: "mandatory" });
