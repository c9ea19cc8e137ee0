import assert from "node:assert/strict";
import { dependenciesPod } from "../../../components/jaeger/dependenciesPod";
import { at, list, text } from "../../support/document";
import { connection } from "./support/distributed";

// What the job does with its settings is not shown here: its image comes from no registry that can be reached.

const environment = (pod: unknown): Record<string, unknown> =>
  Object.fromEntries(
    list(pod, "containers", 0, "env").map((entry) => [text(entry, "name"), at(entry, "value")]),
  );

describe("pod of the dependencies job", () => {
  const pod = dependenciesPod("jaeger-dependencies", connection("ilm"));

  it("runs one release, made for the Elasticsearch that there is", () => {
    const image = text(pod, "containers", 0, "image");
    assert.match(
      image,
      /^ghcr\.io\/jaegertracing\/spark-dependencies\/spark-dependencies:v0\.7\.2-elasticsearch8$/,
    );
  });

  it("reads and writes by the alias with a lifecycle policy, and by the day's index with the cleaner", () => {
    assert.equal(environment(pod)["ES_USE_ALIASES"], "true");
    assert.equal(environment(dependenciesPod("j", connection("cleaner")))["ES_USE_ALIASES"], "false");
  });

  it("asks the one address that the certificate names, for indices of the right prefix, of one day", () => {
    const { ES_NODES, ES_NODES_WAN_ONLY, ES_INDEX_PREFIX, ES_TIME_RANGE, ES_USERNAME } = environment(pod);
    assert.deepEqual(
      { ES_NODES, ES_NODES_WAN_ONLY, ES_INDEX_PREFIX, ES_TIME_RANGE, ES_USERNAME },
      {
        ES_NODES: "https://elasticsearch.observability.svc:9200",
        ES_NODES_WAN_ONLY: "true",
        ES_INDEX_PREFIX: "nova",
        ES_TIME_RANGE: "24h",
        ES_USERNAME: "jaeger",
      },
    );
  });

  it("takes its password from the Secret, and has no other way to one", () => {
    const entry = list(pod, "containers", 0, "env").find((each) => at(each, "name") === "ES_PASSWORD");
    assert.deepEqual(entry, {
      name: "ES_PASSWORD",
      valueFrom: { secretKeyRef: { name: "elasticsearch-jaeger", key: "password" } },
    });
    assert.doesNotMatch(JSON.stringify(pod), /storepass|trustStorePassword/i);
  });

  it("verifies the certificate: an init container makes Java's store of the authority, which the job reads", () => {
    const words = list(pod, "initContainers", 0, "args");
    assert.equal(words[words.indexOf("-file") + 1], "/etc/jaeger/elasticsearch-authority/ca.crt");
    const store = text(words[words.indexOf("-keystore") + 1]);
    assert.match(text(environment(pod)["JAVA_OPTS"]), new RegExp(`-Djavax.net.ssl.trustStore=${store}\\b`));
    assert.equal(at(pod, "restartPolicy"), "Never", "a second run would find the store there already");
  });

  it("without an authority of its own relies on those of Java", () => {
    const plain = dependenciesPod("j", connection("ilm", { authoritySecret: undefined }));
    assert.equal(at(plain, "initContainers"), undefined);
    assert.doesNotMatch(JSON.stringify(plain), /trust/);
  });

  it("runs as a user that the image can name, other than root", () => {
    assert.equal(at(pod, "securityContext", "runAsUser"), 65534);
    assert.equal(at(pod, "securityContext", "runAsNonRoot"), true);
  });
});
