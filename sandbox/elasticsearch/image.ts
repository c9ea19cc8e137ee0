import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Image } from "../images/archive";
import type { Layer } from "../images/layer";
import type { Paths } from "../support/paths";
import { run } from "../support/process";
import { elasticsearchFolder, elasticsearchVersion } from "./archive";
import { javaTreeFolder } from "./javaTree";

const home = "/usr/share/elasticsearch";
const entrypoint = "/usr/local/bin/docker-entrypoint.sh";
const sources = path.join(__dirname, "image");

/** The commands in `bin` that the program and its runbooks call, and the libraries of each. */
const commands: Readonly<Record<string, { readonly name: string; readonly libraries: string }>> = {
  elasticsearch: { name: "server", libraries: "lib/tools/server-cli" },
  "elasticsearch-keystore": { name: "keystore", libraries: "lib/tools/keystore-cli" },
  "elasticsearch-reset-password": {
    name: "reset-password",
    libraries: "modules/x-pack-core,modules/x-pack-security,lib/tools/security-cli",
  },
};

/** Elasticsearch under the vendor's name, with its paths, its user and its settings; README.md has the differences. */
export function elasticsearchImage(paths: Paths): Image {
  return {
    name: `docker.io/library/elasticsearch:${elasticsearchVersion}`,
    layers: [treeLayer("java", javaTreeFolder(paths), "/"), archiveLayer(paths), scriptsLayer()],
    entrypoint: [entrypoint],
    command: ["eswrapper"],
    user: "1000:0",
    environment: {
      PATH: `${home}/bin:/usr/local/bin:/usr/bin:/bin`,
      ES_JAVA_HOME: "/usr/lib/jvm/java",
      ELASTIC_CONTAINER: "true",
    },
  };
}

function archiveLayer(paths: Paths): Layer {
  const layer = treeLayer("elasticsearch", elasticsearchFolder(paths), home);
  return {
    ...layer,
    identity: `${layer.identity} without other platforms`,
    fill: async (root) => {
      await layer.fill(root);
      const inside = path.join(root, home);
      for (const platform of fs.readdirSync(path.join(inside, "lib/platform"))) {
        if (!platform.startsWith("linux-"))
          fs.rmSync(path.join(inside, "lib/platform", platform), { recursive: true });
      }
      // Where volumes are mounted: a read-only root has no place for them otherwise.
      for (const folder of ["data", "logs", "plugins"])
        fs.mkdirSync(path.join(inside, folder), { recursive: true });
    },
  };
}

/** A whole folder of the cache, whose name says what it is made of. */
function treeLayer(name: string, folder: string, target: string): Layer {
  return {
    name,
    identity: `${path.basename(folder)} ${target}`,
    fill: async (root) => {
      const inside = path.join(root, target);
      fs.mkdirSync(inside, { recursive: true });
      await run("cp", ["--archive", `${folder}/.`, inside]);
    },
  };
}

function scriptsLayer(): Layer {
  const template = fs.readFileSync(path.join(sources, "command.sh"), "utf8");
  const files: Record<string, string> = {
    [entrypoint]: fs.readFileSync(path.join(sources, "docker-entrypoint.sh"), "utf8"),
    "/etc/passwd":
      "root:x:0:0:root:/root:/bin/bash\nelasticsearch:x:1000:1000::/usr/share/elasticsearch:/bin/bash\n",
    "/etc/group": "root:x:0:\nelasticsearch:x:1000:\n",
  };
  for (const [command, { name, libraries }] of Object.entries(commands)) {
    files[`${home}/bin/${command}`] = template.replace("@name@", name).replace("@libraries@", libraries);
  }
  return {
    name: "elasticsearch-scripts",
    identity: createHash("sha256").update(JSON.stringify(files)).digest("hex"),
    fill: (root) => {
      for (const [file, text] of Object.entries(files)) {
        const target = path.join(root, file);
        fs.mkdirSync(path.dirname(target), { recursive: true });
        fs.writeFileSync(target, text, { mode: file.startsWith("/etc/") ? 0o644 : 0o755 });
      }
      return Promise.resolve();
    },
  };
}
