import { recordedStack } from "../../../contract/support/recordedStack";
import type { Variant } from "../../../support/variants";

/** A stack with people. */
export type PeopledStack = "staging" | "production";

/** How stacks are set up where they are not as shipped. */
export type Variants = Readonly<Partial<Record<PeopledStack, Variant>>>;

/** What the edge reads of an Ingress. */
export interface Ingress {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly tls: readonly { readonly hosts: readonly string[] }[];
    readonly rules: readonly {
      readonly host: string;
      readonly http: {
        readonly paths: readonly {
          readonly path: string;
          readonly pathType: string;
          readonly backend: {
            readonly service: { readonly name: string; readonly port: { readonly number: number } };
          };
        }[];
      };
    }[];
  };
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly name: string; readonly args: string[] }[] };
    };
  };
}

/** A shipped stack, or a variant of it. */
export type Rendered = readonly [stack: PeopledStack, variant?: Variant | undefined];

/** What the program registers for it. @throws where there is none such */
function props([stack, variant]: Rendered, kind: string, name: string): unknown {
  const found = recordedStack(stack, variant).find(
    (one) => one.type.endsWith(`:${kind}`) && one.name === name,
  );
  if (found === undefined) throw new Error(`${stack} has no ${kind} ${name}`);
  return found.props;
}

/** The Ingress objects of the UI; the first is that of the whole host. */
export function uiIngresses([stack, variant]: Rendered): readonly Ingress[] {
  const isIngress = ({ type }: { readonly type: string }): boolean => type.endsWith(":Ingress");
  const others = recordedStack(stack, variant).filter((one) => isIngress(one) && one.name !== "jaeger-ui");
  const all = [props([stack, variant], "Ingress", "jaeger-ui"), ...others.map((one): unknown => one.props)];
  return all as Ingress[];
}

/** Names of the users whom the Ingress controller is to know; none where there is no such Secret. */
export function edgeUsers([stack, variant]: Rendered): readonly string[] {
  const secret = recordedStack(stack, variant).find(({ name }) => name === "jaeger-ui-users");
  return namesIn(secret?.props ?? {});
}

/** Arguments of the proxy in the pod of jaeger-query. */
export function uiProxyArguments(rendered: Rendered): readonly string[] {
  const { spec } = props(rendered, "Deployment", "jaeger-query") as Deployment;
  const proxy = spec.template.spec.containers.find(({ name }) => name === "proxy");
  if (proxy === undefined) throw new Error(`${rendered[0]}: jaeger-query has no proxy`);
  return proxy.args;
}

/** A file of the ConfigMap of jaeger-query: the UI's configuration, or a page of the proxy. */
export function queryFile(rendered: Rendered, file: string): string {
  const { data } = props(rendered, "ConfigMap", "jaeger-query-config") as {
    readonly data: Readonly<Record<string, string>>;
  };
  const text = data[file];
  if (text === undefined) throw new Error(`${rendered[0]}: jaeger-query-config has no ${file}`);
  return text;
}

/** Configuration of the UI, a JSON text. */
export function uiConfigOf(rendered: Rendered): string {
  return queryFile(rendered, "ui.json");
}

/** Names of the users in the proxy's file, whose passwords the engine alone makes. */
export function uiUsers(rendered: Rendered): readonly string[] {
  return namesIn(props(rendered, "Secret", "jaeger-ui-proxy"));
}

function namesIn(secret: unknown): readonly string[] {
  return [...JSON.stringify(secret).matchAll(/(?:\\n|")(\w+):\$2a\$/g)].map(([, name = ""]) => name);
}

/** The value of an argument, `--name=value`. @throws where there is none */
export function argument(args: readonly string[], name: string): string {
  const found = args.find((one) => one.startsWith(`--${name}=`));
  if (found === undefined) throw new Error(`the proxy has no --${name}`);
  return found.slice(found.indexOf("=") + 1);
}
