import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { otlpFiles } from "../../../components/jaeger/ingestTls";
import type { Certified } from "../../../packages/opentelemetry-config/tests/support/certificate";

/** A Secret of a certificate as a pod sees it. */
export interface SecretFolder {
  readonly folder: string;
  /** Path of one of its files. */
  readonly file: (which: keyof typeof otlpFiles) => string;
  /** What kubelet does when the Secret has changed. */
  readonly renew: (pair: Certified, authority: Certified) => void;
  readonly remove: () => void;
}

/**
 * A folder with the three files that cert-manager writes into a Secret, in the way of kubelet's volumes: the files are
 * links into a folder that is swapped as a whole. It stands in for both; neither has a part in it.
 */
export function secretFolder(pair: Certified, authority: Certified): SecretFolder {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-otlp-tls-"));
  let version = 0;
  const renew: SecretFolder["renew"] = (renewed, trusted) => {
    const old = version === 0 ? undefined : path.join(folder, `..${version}`);
    version += 1;
    const name = `..${version}`;
    fs.mkdirSync(path.join(folder, name));
    const contents = { authority: trusted.certificate, certificate: renewed.certificate, key: renewed.key };
    for (const [which, content] of Object.entries(contents)) {
      fs.writeFileSync(path.join(folder, name, otlpFiles[which as keyof typeof otlpFiles]), content);
    }
    fs.symlinkSync(name, path.join(folder, "..data_tmp"));
    fs.renameSync(path.join(folder, "..data_tmp"), path.join(folder, "..data"));
    if (old !== undefined) fs.rmSync(old, { recursive: true });
  };
  renew(pair, authority);
  for (const file of Object.values(otlpFiles)) {
    fs.symlinkSync(path.join("..data", file), path.join(folder, file));
  }
  return {
    folder,
    file: (which) => path.join(folder, otlpFiles[which]),
    renew,
    remove: () => {
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
