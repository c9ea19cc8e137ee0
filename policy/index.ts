import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

new PolicyPack("nova-tracing-policy", { policies, enforcementLevel: "mandatory" });
