import assert from "node:assert/strict";
import type { Role } from "../../../components/elasticsearch/role";
import type { RealNode } from "./node";

/** A user of the real node with one role. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Makes a role, and a user of the same name that has it and nothing else. */
export async function giveRole({ ask }: RealNode, username: string, role: Role): Promise<Login> {
  const password = `password-of-${username}`;
  const answers = [
    await ask("PUT", `/_security/role/${username}`, role),
    await ask("PUT", `/_security/user/${username}`, { password, roles: [username] }),
  ];
  for (const { status, body } of answers) assert.equal(status, 200, JSON.stringify(body));
  return { username, password };
}

/** Every privilege of a role, once. */
export function privilegesOf({ cluster, indices }: Role): string[] {
  return [...new Set([...cluster, ...indices.flatMap(({ privileges }) => privileges)])];
}

/** The role with one privilege less. */
export function without({ cluster, indices }: Role, privilege: string): Role {
  const others = (privileges: readonly string[]): string[] => privileges.filter((one) => one !== privilege);
  return {
    cluster: others(cluster),
    indices: indices
      .map(({ names, privileges }) => ({ names, privileges: others(privileges) }))
      .filter(({ privileges }) => privileges.length > 0),
  };
}

/** The actions that Elasticsearch refused, by its own names, out of an answer or a log; sorted. */
export function refusedActions(text: string): string[] {
  const found = text.matchAll(/action \[([a-z_:/*]+)[^\]]*\]+ is unauthorized/g);
  return [...new Set([...found].map(([, action = ""]) => action))].sort();
}
