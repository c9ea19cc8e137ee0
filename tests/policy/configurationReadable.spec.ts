/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { configurationReadable } from "../../policy/rules/configurationReadable";
import { allows, refuses } from "./support/cases";
import {
  compliantStack,
  container,
  deployment,
  edit,
  editContainer,
  editPod,
  podSpec,
} from "./support/compliantStack";
import { assertRefused, unknownText } from "./support/evaluate";

const pod = { resource: "jaeger" };

function args(...words: string[]): ReturnType<typeof editContainer> {
  return editContainer((jaeger) => {
    jaeger.args = words;
  });
}

const path = "/etc/jaeger/config/config.yaml";

describe("jaeger-configuration-require-readable", () => {
  allows(configurationReadable, [
    { ...pod, title: "the path as a word of its own", change: args("--config", path) },
    { ...pod, title: "the path as a file URI", change: args(`--config=file:${path}`) },
    {
      ...pod,
      title: "a file under another name than its key",
      change: editPod((spec) => {
        spec.volumes[0].configMap.items = [{ key: "config.yaml", path: "jaeger.yaml" }];
        spec.containers[0].args = ["--config=/etc/jaeger/config/jaeger.yaml"];
      }),
    },
    {
      ...pod,
      title: "a projected volume, and a file that is mounted alone",
      change: editPod((spec) => {
        spec.volumes[0] = {
          name: "config",
          projected: { sources: [{ configMap: { name: "jaeger-config" } }] },
        };
        spec.containers[0].volumeMounts[0] = { name: "config", mountPath: path, subPath: "config.yaml" };
      }),
    },
  ]);

  refuses(configurationReadable, [
    {
      ...pod,
      title: "a Jaeger without a configuration, which would store what it likes",
      change: args(),
      says: ["no --config"],
    },
    {
      ...pod,
      title: "settings past the file",
      change: args(`--config=${path}`, "--set=extensions.x=y"),
      says: ["--set"],
    },
    {
      ...pod,
      title: "two configurations that would be merged",
      change: args(`--config=${path}`, "--config=/other.yaml"),
      says: ["more than one --config"],
    },
    {
      ...pod,
      title: "a configuration in an argument",
      change: args("--config=yaml:extensions: {}"),
      says: ["no file of the pod"],
    },
    {
      ...pod,
      title: "a configuration from an address",
      change: args("--config=https://example.com/config.yaml"),
      says: ["no file of the pod"],
    },
    {
      ...pod,
      title: "a configuration from a variable",
      change: args("--config=env:JAEGER_CONFIG"),
      says: ["no file of the pod"],
    },
    {
      ...pod,
      title: "a path that lies on no volume",
      change: args("--config=/cmd/jaeger/config.yaml"),
      says: ["on no volume"],
    },
    {
      ...pod,
      title: "a command that is unknown during preview",
      change: args(unknownText),
      says: ["unknown during preview"],
    },
    {
      ...pod,
      title: "a configuration in a Secret",
      change: editPod((spec) => {
        spec.volumes[0] = { name: "config", secret: { secretName: "jaeger-config" } };
      }),
      says: ["which is no ConfigMap"],
    },
    {
      ...pod,
      title: "a ConfigMap that is not in the stack",
      change: editPod((spec) => {
        spec.volumes[0].configMap.name = "made-by-hand";
      }),
      says: ["made-by-hand is not in the stack"],
    },
    {
      resource: "jaeger-config",
      title: "a ConfigMap that only a Patch writes",
      change: (resource) => {
        resource.type = "kubernetes:core/v1:ConfigMapPatch";
      },
      says: ["jaeger-config is not in the stack"],
    },
    {
      resource: "jaeger-config",
      title: "a key that the pod does not find",
      change: (resource) => {
        resource.props.data = { "other.yaml": resource.props.data["config.yaml"] };
      },
      says: ["has no file config.yaml"],
    },
    {
      resource: "jaeger-config",
      title: "an unparsable configuration",
      change: (resource) => {
        resource.props.data["config.yaml"] = "service: {pipelines: [";
      },
      says: ["cannot be read as its configuration"],
    },
    {
      resource: "jaeger-config",
      title: "a configuration of two documents",
      change: (resource) => {
        resource.props.data["config.yaml"] =
          `${String(resource.props.data["config.yaml"])}\n---\nservice: {}\n`;
      },
      says: ["more than one document"],
    },
    {
      resource: "jaeger-config",
      title: "a configuration that is unknown during preview",
      change: (resource) => {
        resource.props.data["config.yaml"] = unknownText;
      },
      says: ["unknown during preview"],
    },
    {
      resource: "jaeger-config",
      title: "a stack that stores no span",
      change: edit((d) => (d.service.pipelines = {})),
      says: ["No configuration of the stack leads spans"],
    },
    {
      resource: "jaeger-sampling",
      title: "strategies that are not in the stack",
      says: ["the sampling strategies", "not in the stack"],
    },
    {
      resource: "jaeger-sampling",
      title: "a strategies file without strategies",
      change: (resource) => {
        resource.props.data["strategies.json"] = '{"strategies": {}}';
      },
      says: ["has no default_strategy"],
    },
    {
      resource: "jaeger-collector-service",
      title: "a stack without the Service that clients use",
      says: ["no Service jaeger-collector"],
    },
    {
      resource: "jaeger-query-service",
      title: "a Service that leads to other pods",
      change: (resource) => {
        resource.props.spec.selector = { app: "something-else" };
      },
      beside: [deployment("something-else", podSpec([container("app", "example/app:1.0.0")]))],
      says: ["jaeger-query", "leads to no pod of the stack that runs Jaeger"],
    },
    {
      resource: "jaeger-query-service",
      title: "a Service without a selector, whose endpoints anybody writes",
      change: (resource) => {
        resource.props.spec.selector = {};
      },
      says: ["leads to no pod"],
    },
    { resource: "jaeger", title: "a stack without Jaeger", says: ["leads to no pod"] },
    {
      ...pod,
      title: "a Jaeger under another image that is given a configuration nobody can read",
      change: editContainer((jaeger) => {
        jaeger.image = "example/tracing:1.0.0";
        jaeger.command = ["/bin/sh", "-c"];
        jaeger.args = ["exec /jaeger --config /somewhere.yaml"];
      }),
      says: ["on no volume"],
    },
  ]);

  it("refuses a second Jaeger that hides in another namespace", () => {
    const hidden = deployment("second", podSpec([container("jaeger", "jaegertracing/jaeger:2.22.0")]));
    hidden.props.metadata.namespace = "default";
    assertRefused(
      configurationReadable,
      [...compliantStack("dev"), hidden],
      ["default/second", "no --config"],
    );
  });
});
