import { runLoad } from "../demo/load";
import { outputsOf, tracingProject } from "../stack/deploy";
import { SandboxError } from "../support/errors";
import { requireRunning, type Context } from "./context";
import { loginUrl } from "./start";

/** Prints the path of the cluster's kubeconfig. */
export async function kubeconfig(context: Context): Promise<void> {
  const { cluster } = await requireRunning(quiet(context));
  cluster.api.close();
  context.print(cluster.kubeconfig);
}

/** Prints the variables of a service for a process outside of the cluster, as lines of an env file. */
export async function env(context: Context, service: string): Promise<void> {
  const { cluster, engine, stack } = await requireRunning(quiet(context));
  cluster.api.close();
  const outputs = await outputsOf(engine, context.paths, tracingProject(stack ?? "dev"));
  const all = (outputs.developmentVariables ?? {}) as Record<string, Record<string, string>>;
  const variables = Object.hasOwn(all, service) ? all[service] : undefined;
  if (!variables) {
    throw new SandboxError(
      `The stack ${stack ?? ""} has no service "${service}"; it has: ${Object.keys(all).join(", ") || "none"}. Add it to nova-tracing:services in Pulumi.${stack ?? ""}.yaml.`,
    );
  }
  context.print(
    Object.entries(variables)
      .map(([key, value]) => `${key}=${value}`)
      .join("\n"),
  );
}

/** Sends many logins and says what became of them. */
export async function load(
  context: Context,
  options: { readonly requests: number; readonly concurrency: number },
): Promise<void> {
  const { cluster } = await requireRunning(quiet(context));
  try {
    const url = await loginUrl(cluster.api);
    const result = await context.progress.step(
      `send ${options.requests} logins, ${options.concurrency} at a time`,
      () => runLoad({ url, ...options, signal: context.signal }),
    );
    const perSecond = (result.sent / result.durationMs) * 1000;
    context.print(
      `${result.sent} sent, ${result.ok} answered, ${result.failed} failed, ${result.sampledCount} traced, ${perSecond.toFixed(0)} a second`,
    );
    if (result.failed > 0)
      throw new SandboxError(`${result.failed} requests failed: ${result.errors.join("; ")}`);
  } finally {
    cluster.api.close();
  }
}

/** The same, without word of what is found on the way. */
function quiet(context: Context): Context {
  return { ...context, progress: { ...context.progress, say: () => undefined } };
}
