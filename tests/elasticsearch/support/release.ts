import { elasticsearchVersion, type ArchivedVersion } from "../../../sandbox/elasticsearch/archive";

/** A command of Elasticsearch's: a script in its folder, and what the script reads of its environment. */
export interface Command {
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What differs between two releases, as far as a test has to know. */
export interface Release {
  readonly version: ArchivedVersion;
  /** Settings that only this release knows. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Variable that names the Java to use. */
  readonly javaVariable: string;
  readonly server: Command;
  /** With it there are users, and `elastic` has a password. */
  readonly keystore?: Command;
  /** What of its `jvm.options` is taken. @default every line */
  readonly takesOption?: (line: string) => boolean;
}

const cli = (name: string): Command => ({
  script: "bin/elasticsearch-cli",
  environment: {
    CLI_NAME: name,
    CLI_LIBS: `lib/tools/${name}-cli`,
  },
});

/** 8.19.13: users and roles, and no ILM, SLM or S3, whose modules its archive lacks. */
export const current: Release = {
  version: elasticsearchVersion,
  settings: {
    "node.store.allow_mmap": false,
    "xpack.security.enabled": true,
    "xpack.security.autoconfiguration.enabled": false,
  },
  javaVariable: "ES_JAVA_HOME",
  server: cli("server"),
  keystore: cli("keystore"),
};
