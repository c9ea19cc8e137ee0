/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { stringify } from "yaml";
import { type Rule } from "../../policy/engine/rule";
import { rules } from "../../policy/policies";
import { hiddenWorkload } from "../../policy/rules/hiddenWorkload";
import { imagePinned } from "../../policy/rules/imagePinned";
import { podResources } from "../../policy/rules/podResources";
import { podSecurity } from "../../policy/rules/podSecurity";
import { retentionBounds } from "../../policy/rules/retentionBounds";
import { snapshotBounds } from "../../policy/rules/snapshotBounds";
import { storageTls } from "../../policy/rules/storageTls";
import { uiExposure } from "../../policy/rules/uiExposure";
import { container, deployment, fileConfigMap, operatorCluster, podSpec } from "./support/compliantStack";
import {
  assertAllowed,
  assertRefused,
  type Declared,
  type Loose,
  unknownMapping,
  unknownText,
} from "./support/evaluate";

// What an Elasticsearch of the stack is told, in every way that it can be told something.
const stack = { stack: "production" };

function inFile(settings: object): Declared {
  return fileConfigMap("settings", "elasticsearch.yml", stringify(settings));
}

function inOperator(settings: object): Declared {
  const cluster = operatorCluster();
  Object.assign(cluster.props.spec.nodeSets[0].config as object, settings);
  return cluster;
}

function inContainer(more: object): Declared {
  return deployment("elasticsearch", podSpec([container("elasticsearch", "elasticsearch:8.19.13", more)]));
}

function changed(change: (spec: Loose) => void): Declared {
  const cluster = operatorCluster();
  change(cluster.props.spec);
  return cluster;
}

const wrong: readonly (readonly [rule: Rule, name: string, value: unknown])[] = [
  [storageTls, "xpack.security.enabled", false],
  [storageTls, "xpack.security.http.ssl.enabled", "false"],
  [storageTls, "xpack.security.http.ssl.enabled", "${HTTP_TLS}"],
  [storageTls, "xpack.security.transport.ssl.enabled", false],
  [storageTls, "xpack.security.transport.ssl.verification_mode", "none"],
  [storageTls, "xpack.security.authc.anonymous.roles", "superuser"],
  [retentionBounds, "indices.lifecycle.poll_interval", "30d"],
  [retentionBounds, "indices.lifecycle.poll_interval", "often"],
  [snapshotBounds, "slm.retention_schedule", "0 0 0 1 1 ?"],
];

describe("an Elasticsearch of the stack", () => {
  for (const [rule, name, value] of wrong) {
    const text = String(value);
    const nested = name
      .split(".")
      .reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as object;
    const variable = `ES_SETTING_${name.replaceAll("_", "__").replaceAll(".", "_").toUpperCase()}`;
    const ways: readonly (readonly [string, Declared])[] = [
      ["its settings", inFile({ [name]: value })],
      ["its settings, step by step", inFile(nested)],
      ["the operator's resource", inOperator({ [name]: value })],
      ["a variable", inContainer({ env: [{ name, value: text }] })],
      ["a variable in the image's own spelling", inContainer({ env: [{ name: variable, value: text }] })],
      ["an argument", inContainer({ args: [`-E${name}=${text}`] })],
    ];
    for (const [way, resource] of ways) {
      it(`is refused with ${name} ${text} in ${way}`, () => {
        assertRefused(rule, [resource], [name, text], stack);
      });
    }
  }

  it("is refused with such a setting that is unknown during preview", () => {
    const settings = {
      "xpack.security.enabled": unknownText,
      "indices.lifecycle.poll_interval": unknownText,
    };
    assertRefused(storageTls, [inOperator(settings)], ["xpack.security.enabled", "unknown"], stack);
    assertRefused(retentionBounds, [inOperator(settings)], ["poll_interval", "unknown"], stack);
  });

  it("is allowed with TLS, users, and a look at its indices every hour", () => {
    const settings = {
      "xpack.security.enabled": true,
      "xpack.security.http.ssl.enabled": "true",
      "xpack.security.transport.ssl.verification_mode": "certificate",
      "indices.lifecycle.poll_interval": "1h",
    };
    for (const rule of rules.filter(({ scope }) => scope === "resource")) {
      assertAllowed(rule, [inFile(settings), inOperator(settings)], stack);
    }
  });

  describe("of the operator", () => {
    it("is refused without a pod template, for then the operator decides what runs", () => {
      const cluster = changed((spec) => {
        delete spec.nodeSets[0].podTemplate;
      });
      assertRefused(hiddenWorkload, [cluster], ["spec.nodeSets[0]", "no container elasticsearch"]);
    });

    it("is refused with a second node set that nobody can read", () => {
      const cluster = changed((spec) => (spec.nodeSets[1] = { name: "warm", count: 1 }));
      assertRefused(hiddenWorkload, [cluster], ["spec.nodeSets[1]"]);
    });

    it("is refused with node sets that are unknown during preview", () => {
      const cluster = changed((spec) => (spec.nodeSets = unknownMapping));
      assertRefused(hiddenWorkload, [cluster], ["cannot be read"]);
    });

    it("is refused as a Patch, and other resources of the operator are", () => {
      const patch = operatorCluster();
      patch.type = `${patch.type}Patch`;
      assertRefused(hiddenWorkload, [patch], ["a Patch changes a part"]);
      const kibana = { ...operatorCluster(), type: "kubernetes:kibana.k8s.elastic.co/v1:Kibana" };
      assertRefused(hiddenWorkload, [kibana], ["cannot be read"]);
    });

    it("is refused with TLS turned off in the operator's own way", () => {
      const cluster = changed((spec) => (spec.http = { tls: { selfSignedCertificate: { disabled: true } } }));
      assertRefused(storageTls, [cluster], ["selfSignedCertificate.disabled", "turns TLS off"], stack);
    });

    for (const way of ["http", "transport"]) {
      it(`is refused with a Service for ${way} that leads in from outside`, () => {
        const cluster = changed((spec) => (spec[way] = { service: { spec: { type: "LoadBalancer" } } }));
        assertRefused(uiExposure, [cluster], [`spec.${way}.service.spec.type`, "LoadBalancer"], stack);
      });
    }

    const pods: readonly (readonly [Rule, string, (pod: Loose) => void])[] = [
      [podSecurity, "a privileged container", (pod) => (pod.containers[0].securityContext.privileged = true)],
      [
        podResources,
        "no limits",
        (pod) => {
          delete pod.containers[0].resources.limits;
        },
      ],
      [imagePinned, "the image latest", (pod) => (pod.containers[0].image = "elasticsearch:latest")],
    ];
    for (const [rule, what, change] of pods) {
      it(`is held to the rules for pods: ${what}`, () => {
        const cluster = changed((spec) => {
          change(spec.nodeSets[0].podTemplate.spec);
        });
        assertRefused(rule, [cluster], ["Elasticsearch observability/elasticsearch"], stack);
      });
    }
  });
});
