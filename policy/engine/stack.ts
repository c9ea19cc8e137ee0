import { type EnvironmentAnswer } from "../environment";
import { type Resource } from "./resource";

/** All resources of a stack, with the look-ups that rules about the whole need. */
export class Stack {
  constructor(readonly resources: readonly Resource[]) {}

  /** The environment of the stack; resources of two environments have none. */
  get environment(): EnvironmentAnswer {
    const [first, ...others] = this.resources;
    if (first === undefined) return { known: false, stack: "", problem: "the stack holds no resource" };
    const other = others.find(
      ({ environment }) =>
        environment.known !== first.environment.known || nameOf(environment) !== nameOf(first.environment),
    );
    if (other === undefined) return first.environment;
    return { known: false, stack: "", problem: `${first.urn} and ${other.urn} belong to two stacks` };
  }

  /** The objects of some Kubernetes kinds, Patch kinds included. */
  ofKind(...kinds: string[]): Resource[] {
    return this.resources.filter((resource) => resource.isKind(...kinds));
  }

  /** The whole object of a kind with this namespace and name. */
  find(kind: string, namespace: string, name: string): Resource | undefined {
    return this.ofKind(kind).find(
      (resource) =>
        !resource.type.patch &&
        (resource.namespace ?? "default") === namespace &&
        resource.objectName === name,
    );
  }
}

function nameOf(environment: EnvironmentAnswer): string {
  return environment.known ? environment.environment : environment.stack;
}
