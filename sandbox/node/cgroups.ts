import * as fs from "node:fs";
import * as path from "node:path";
import { cgroupName } from "./addresses";

const root = "/sys/fs/cgroup";
/** What pods' limits need. */
const controllers = ["cpu", "cpuset", "memory", "pids", "io"];

/** The folders in which kubelet may make its groups: one per hierarchy with version 1, one with version 2. */
function hierarchies(): string[] {
  if (fs.existsSync(path.join(root, "cgroup.controllers"))) return [root];
  return fs
    .readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(root, entry.name))
    .filter((folder) => fs.existsSync(path.join(folder, "cgroup.procs")));
}

/** Makes the group that all of the node's groups are below; kubelet expects it to be there. */
export function createCgroups(): void {
  for (const hierarchy of hierarchies()) {
    const group = path.join(hierarchy, cgroupName);
    if (hierarchy === root) enableControllers(hierarchy);
    fs.mkdirSync(group, { recursive: true });
    if (hierarchy === root) enableControllers(group);
    // With version 1 a new cpuset is empty, and no process may enter it so.
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
      const [from, to] = [path.join(hierarchy, file), path.join(group, file)];
      if (hierarchy !== root && fs.existsSync(from)) fs.writeFileSync(to, fs.readFileSync(from));
    }
  }
}

/** Version 2: hands the controllers on to the groups below; one that the machine lacks is left out. */
function enableControllers(group: string): void {
  const available = fs.readFileSync(path.join(group, "cgroup.controllers"), "utf8").split(/\s+/);
  for (const controller of controllers.filter((name) => available.includes(name))) {
    fs.writeFileSync(path.join(group, "cgroup.subtree_control"), `+${controller}`);
  }
}

/**
 * Ends what still runs in the node's groups and removes them, deepest first.
 * @returns whether all are gone: the kernel lets a group go only some time after its last process
 */
export function removeCgroups(): boolean {
  return hierarchies()
    .map((hierarchy) => removeGroup(path.join(hierarchy, cgroupName)))
    .every((gone) => gone);
}

function removeGroup(group: string): boolean {
  if (!fs.existsSync(group)) return true;
  for (const entry of fs.readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(path.join(group, entry.name));
  }
  for (const pid of fs.readFileSync(path.join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean)) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended in between.
    }
  }
  try {
    fs.rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
