import { z } from "zod";
import { parseCpuMillicores, parseMemoryBytes } from "../../components/kubernetes/quantity";

/**
 * The kinds of values that settings are made of. Each knows what to say when it is missing or wrong: the loader adds
 * file, key and value.
 */

/** Where the bounds of an environment stand, for messages. */
export const limitsSource = "policy/limits.ts";

/** Message of a field: that it is missing, or what it must be; and what to write. */
function say(must: string, write: string): { error: (issue: { input?: unknown }) => string } {
  return {
    error: ({ input }) => `${input === undefined ? "is missing; it " : ""}must be ${must}. Write ${write}`,
  };
}

/** A text that a test accepts. `must` and `write` complete "must be ..." and "Write ...". */
export function text(must: string, write: string, accepts: (value: string) => boolean): z.ZodString {
  const message = say(must, write);
  return z.string(message).refine(accepts, message);
}

/** A text of a fixed form. */
export function pattern(must: string, write: string, form: RegExp): z.ZodString {
  return text(must, write, (value) => form.test(value));
}

/** One of some words. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  write: string,
): z.ZodEnum<{ [W in Word]: W }> {
  return z.enum(words, say(words.length === 1 ? words.join() : `one of ${words.join(", ")}`, write));
}

/** A number from `minimum` to `maximum`, both included. */
export function number(minimum: number, maximum: number, must: string, write: string): z.ZodNumber {
  const message = say(must, write);
  return z.number(message).min(minimum, message).max(maximum, message);
}

/** A whole number from `minimum` to `maximum`, both included. */
export function wholeNumber(minimum: number, maximum: number, must: string, write: string): z.ZodNumber {
  return number(minimum, maximum, must, write).refine(Number.isInteger, say(must, write));
}

/** An object with these keys and no other, under a description of its own. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape, must: string, write: string) {
  return z.strictObject(shape, say(must, write));
}

/** An object with these keys and no other. */
export function group<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(", ");
  return mapping(shape, `a mapping with the keys ${keys}`, "them below it, one a line");
}

/** A label of DNS: what Kubernetes takes as the name of a namespace or a Service. */
export function dnsLabel(must: string, write: string): z.ZodString {
  return pattern(`${must} (a-z, 0-9 and "-", at most 63)`, write, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
}

/** A name in DNS, as people type it into a browser. */
export function hostName(must: string, write: string): z.ZodString {
  return pattern(must, write, /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/);
}

/** An address with TLS: nothing above dev goes over the wire in clear. No user in it, and no blank. */
export function httpsUrl(must: string, write: string): z.ZodString {
  return text(`${must}, with https`, write, (value) => {
    return /^https:\/\/[^\s@]+$/.test(value) && URL.canParse(value);
  });
}

/** Yes or no. */
export function flag(must: string, write: string): z.ZodBoolean {
  return z.boolean(say(`true or false: ${must}`, write));
}

/** A list with at least one element. */
export function listOf<Element extends z.ZodType>(
  element: Element,
  must: string,
  write: string,
): z.ZodArray<Element> {
  const message = say(must, write);
  return z.array(element, message).min(1, message);
}

/** A mapping of any names to texts. */
export function textMapping(must: string, write: string): z.ZodRecord<z.ZodString, z.ZodString> {
  const message = say(must, write);
  return z.record(z.string(), z.string(message), message);
}

/** What the names of all indices begin with: `nova` gives `nova-jaeger-span-...`. */
export const indexPrefix = pattern(
  'the beginning of the names of all indices (a-z, 0-9 and "-")',
  "for example nova",
  /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
);

/** An issuer of cert-manager. */
export const issuer = group({
  kind: oneOf(["Issuer", "ClusterIssuer"], "ClusterIssuer, or Issuer for one in the namespace observability"),
  name: dnsLabel("the name of an issuer of cert-manager", "for example letsencrypt"),
});

const cpu = text(
  'a CPU quantity above zero: cores ("2") or thousandths ("500m")',
  "for example 500m",
  (value) => {
    return parseCpuMillicores(value) !== undefined;
  },
);
const memory = text('a memory quantity above zero in "Mi" or "Gi"', "for example 256Mi", (value) => {
  return parseMemoryBytes(value) !== undefined;
});

/** CPU and memory of one container: what is set aside, and what it can never exceed. */
export const resources = group({
  requests: group({ cpu, memory }),
  limits: group({ cpu, memory }),
}).superRefine(({ requests, limits }, context) => {
  const refuse = (key: "cpu" | "memory", parse: (quantity: string) => number | undefined): void => {
    const [request, limit] = [parse(requests[key]), parse(limits[key])];
    // One that is no quantity has its own problem already.
    if (request === undefined || limit === undefined || request <= limit) return;
    const message = `is above limits.${key}, ${limits[key]}. Write ${limits[key]} or less, or raise the limit`;
    context.addIssue({ code: "custom", path: ["requests", key], message });
  };
  refuse("cpu", parseCpuMillicores);
  refuse("memory", parseMemoryBytes);
});
