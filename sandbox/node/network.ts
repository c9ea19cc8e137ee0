import * as fs from "node:fs";
import { SandboxError } from "../support/errors";
import { run } from "../support/process";
import { addresses } from "./addresses";
import type { Namespace } from "./namespace";

/** Lays the cable between the machine and the node, and the one route that leads to the cluster's Services. */
export async function connect(namespace: Namespace): Promise<void> {
  const { hostInterface, hostAddress, nodeAddress, serviceSubnet } = addresses;
  const peer = ["peer", "name", "eth0", "netns", `/proc/${namespace.holder.pid}/ns/net`];
  await run("ip", ["link", "add", hostInterface, "type", "veth", ...peer]);
  await run("ip", ["addr", "add", `${hostAddress}/30`, "dev", hostInterface]);
  await run("ip", ["link", "set", hostInterface, "up"]);
  const commands = [
    ["ip", "link", "set", "lo", "up"],
    ["ip", "addr", "add", `${nodeAddress}/30`, "dev", "eth0"],
    ["ip", "link", "set", "eth0", "up"],
    ["ip", "route", "add", "default", "via", hostAddress],
    // From the machine and from pods only the API server may be reached on the node itself: kubelet asks no questions.
    [
      "iptables",
      "-A",
      "INPUT",
      "!",
      "-i",
      "lo",
      "-p",
      "tcp",
      "-m",
      "conntrack",
      "--ctstate",
      "NEW",
      "!",
      "--dport",
      String(addresses.apiPort),
      "-j",
      "DROP",
    ],
  ] as const;
  for (const [command, ...args] of commands) await namespace.run(command, args);
  await run("ip", ["route", "add", serviceSubnet, "via", nodeAddress]);
}

/** Takes the cable away, where a crash left it; the kernel does the same when the namespace goes. */
export async function disconnect(): Promise<void> {
  await run("ip", ["link", "delete", addresses.hostInterface], { okCodes: [0, 1] });
}

/** Whether a node runs on this machine, whoever started it: its end of the cable is there as long as it is. */
export function isSomeNodeRunning(): boolean {
  return fs.existsSync(`/sys/class/net/${addresses.hostInterface}`);
}

/** What to do about a node that this user's cache folder knows nothing of. */
export const foreignNode = `A sandbox runs on this machine (network interface ${addresses.hostInterface}) that was started by another user, or with another XDG_CACHE_HOME. It can be taken down only as it was started: npm stop as that user, with that XDG_CACHE_HOME.`;

/**
 * Makes sure that the node's addresses are free on this machine.
 * @throws SandboxError naming the route that is in the way
 */
export async function checkAddressesFree(): Promise<void> {
  if (isSomeNodeRunning()) throw new SandboxError(foreignNode, 2);
  const { stdout } = await run("ip", ["-j", "route", "show", "table", "main"]);
  const routes = JSON.parse(stdout || "[]") as { dst: string; dev?: string }[];
  for (const wanted of [addresses.linkSubnet, addresses.serviceSubnet]) {
    const taken = routes.find(
      ({ dst, dev }) => dst !== "default" && dev !== addresses.hostInterface && overlaps(dst, wanted),
    );
    if (taken) {
      throw new SandboxError(
        `The sandbox needs the addresses ${wanted}, but this machine has a route ${taken.dst} by ${taken.dev ?? "another interface"}. Take that network down while the sandbox runs.`,
        2,
      );
    }
  }
}

/** Whether two IPv4 networks (`10.0.0.0/8`, or one address) share an address. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [network(one), network(other)];
  const bits = Math.min(a.bits, b.bits);
  return bits === 0 || a.address >>> (32 - bits) === b.address >>> (32 - bits);
}

function network(text: string): { address: number; bits: number } {
  const [address = "", bits = "32"] = text.split("/");
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { address: value >>> 0, bits: Number(bits) };
}
