/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { storageTls } from "../../policy/rules/storageTls";
import { allows, refuses } from "./support/cases";
import { compliantStack, edit, editContainer } from "./support/compliantStack";
import { assertAllowed, type Declared, type Loose } from "./support/evaluate";

const staging = { stack: "staging" as const, resource: "jaeger-collector-config" };
const tool = { stack: "staging" as const, resource: "jaeger-index-cleaner" };

function elasticsearch(change: (settings: Loose) => void): (resource: Declared) => void {
  return edit((d) => {
    change(d.extensions.jaeger_storage.backends.main.elasticsearch);
  });
}

function variable(name: string, value: string): ReturnType<typeof editContainer> {
  return editContainer((container) => {
    container.env.push({ name, value });
  });
}

function argument(word: string): ReturnType<typeof editContainer> {
  return editContainer((container) => {
    container.args.push(word);
  });
}

describe("elasticsearch-connection-require-tls", () => {
  it("asks nothing of dev, which has no connection to storage", () => {
    assertAllowed(storageTls, compliantStack("dev"));
  });

  allows(storageTls, [
    {
      ...staging,
      title: "the CAs of the system, and an API key",
      change: elasticsearch((s) => {
        delete s.tls;
        s.auth = { api_key: { file_path: "/etc/key" } };
      }),
    },
    {
      ...tool,
      title: "a verification that is switched on by name",
      change: variable("ES_TLS_SKIP_HOST_VERIFY", "false"),
    },
  ]);

  refuses(storageTls, [
    {
      ...staging,
      title: "a plain address",
      change: elasticsearch((s) => (s.server_urls = ["http://es:9200"])),
      says: ["http://es:9200", "https"],
    },
    {
      ...staging,
      title: "a second address that is plain",
      change: elasticsearch((s) => s.server_urls.push("http://es2:9200")),
      says: ["http://es2:9200"],
    },
    {
      ...staging,
      title: "an address from the environment",
      change: elasticsearch((s) => (s.server_urls = ["${env:ES_URL}"])),
      says: ["ES_URL"],
    },
    {
      ...staging,
      title: "no address, whose default is plain",
      change: elasticsearch((s) => {
        delete s.server_urls;
      }),
      says: ["server_urls is missing"],
    },
    {
      ...staging,
      title: "skipped verification",
      change: elasticsearch((s) => (s.tls.insecure_skip_verify = true)),
      says: ["insecure_skip_verify"],
    },
    {
      ...staging,
      title: "insecure TLS",
      change: elasticsearch((s) => (s.tls.insecure = true)),
      says: ["tls.insecure"],
    },
    {
      ...staging,
      title: "no user",
      change: elasticsearch((s) => {
        delete s.auth;
      }),
      says: ["auth names no way"],
    },
    {
      ...staging,
      title: "an empty user, with whom Jaeger sends nothing",
      change: elasticsearch((s) => (s.auth.basic.username = "")),
      says: ["username"],
    },
    {
      ...tool,
      title: "a plain address of a tool",
      change: argument("http://elasticsearch:9200"),
      says: ["without TLS"],
    },
    {
      ...tool,
      title: "a plain address in a variable of a tool",
      change: variable("ES_NODES", "http://elasticsearch:9200"),
      says: ["without TLS"],
    },
    ...["-k", "--insecure", "--es.tls.skip-host-verify", "--es.tls.skip-host-verify=true"].map((word) => ({
      ...tool,
      title: `the argument ${word}`,
      change: argument(word),
      says: ["skips the verification"],
    })),
    {
      ...tool,
      title: "the variable that skips verification",
      change: variable("ES_TLS_SKIP_HOST_VERIFY", "true"),
      says: ["ES_TLS_SKIP_HOST_VERIFY"],
    },
    {
      ...staging,
      title: "a Patch of it",
      change: (resource) => {
        resource.type = "kubernetes:core/v1:ConfigMapPatch";
        elasticsearch((s) => (s.server_urls = ["http://es:9200"]))(resource);
      },
      says: ["ConfigMapPatch"],
    },
    {
      ...staging,
      title: "a plain address in an unknown stack",
      change: elasticsearch((s) => (s.server_urls = ["http://es:9200"])),
      options: { stack: "qa" },
      says: ["http://es:9200"],
    },
  ]);
});
