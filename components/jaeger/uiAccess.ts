import type { types } from "@pulumi/kubernetes";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { Ingress } from "@pulumi/kubernetes/networking/v1/ingress";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { childOptions } from "../kubernetes/childOptions";
import type { Labels } from "../kubernetes/labels";
import { networkPolicySpec } from "../kubernetes/networkEdges";
import { probeSecretKeys } from "./probe/pod";
import type { UiAccess } from "./uiAccessArgs";
import { asksAtEdge, asksProxy, controllerAnnotations, edgeUsersKey, signInPath } from "./uiAnnotations";
import {
  certificateSpec,
  gatewayApi,
  httpRouteSpec,
  ingressSpec,
  listenerSetSpec,
  type ProxyService,
} from "./uiEntrance";
import { hasUsersFile, probeUser, proxyFiles } from "./uiProxy";

export type { BasicUiAccess, OAuth2UiAccess, UiAccess } from "./uiAccessArgs";

/** What a JaegerUiAccess is made from. */
export interface JaegerUiAccessArgs {
  /** Namespace of all its objects. */
  readonly namespace: string;
  readonly labels: Labels;
  readonly access: UiAccess;
  /** Service that leads to the proxy, and its port. */
  readonly service: ProxyService;
  /** Secret to make with a user of its own for the probe. @default no program comes in */
  readonly probeSecretName?: string | undefined;
}

/** Port on which cert-manager's solver answers a challenge by HTTP. */
const acmeSolverPort = 8089;

/** User of the UI where a password opens it. */
const userName = "nova";

/**
 * The one way to the UI: Ingress or HTTPRoute, certificate and the credentials of the proxy, which runs beside Jaeger in its pod.
 * Safety rests on the proxy alone, not on an annotation of the Ingress and not on a network policy.
 */
export class JaegerUiAccess extends pulumi.ComponentResource {
  /** Secret that the proxy mounts. */
  readonly secret: Secret;
  readonly secretName: string;
  readonly #name: string;
  readonly #args: JaegerUiAccessArgs;
  readonly #child: pulumi.CustomResourceOptions;

  constructor(name: string, args: JaegerUiAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerUiAccess", name, {}, opts);
    this.secretName = `${name}-proxy`;
    this.#name = name;
    this.#args = args;
    this.#child = childOptions(this, opts);
    this.secret = this.#createSecret();
    this.#createSolverPolicy();
    this.#createEntrance();
    this.registerOutputs();
  }

  /** The proxy takes 32 characters as the key of its cookies; RandomBytes would come in a form that it misreads. */
  #createSecret(): Secret {
    const { access, probeSecretName } = this.#args;
    const cookie = this.#createPassword("cookie", access.sessionGeneration);
    const stringData: Record<string, pulumi.Input<string>> = {
      [proxyFiles.cookieSecret]: pulumi.secret(cookie.result),
      // The proxy wants one even where only passwords count.
      [proxyFiles.clientSecret]:
        access.authentication === "oauth2" ? pulumi.secret(access.clientSecret) : "none",
    };
    const users: pulumi.Output<string>[] = [];
    if (access.authentication === "basic") {
      const user = this.#createPassword("password", access.passwordGeneration);
      stringData["username"] = userName;
      stringData["password"] = pulumi.secret(user.result);
      const line = pulumi.interpolate`${userName}:${user.bcryptHash}\n`;
      users.push(line);
      if (asksAtEdge(access)) {
        this.#createOpaqueSecret(this.#edgeUsers, { [edgeUsersKey]: pulumi.secret(line) });
      }
    }
    if (probeSecretName !== undefined) users.push(this.#createProbeUser(probeSecretName));
    if (hasUsersFile(access, probeSecretName !== undefined)) {
      stringData[proxyFiles.users] = pulumi.secret(pulumi.concat(...users));
    }
    return this.#createOpaqueSecret(this.secretName, stringData);
  }

  /** A Secret of its own, so that its pod sees no key of the proxy. @returns its line in the file of users */
  #createProbeUser(secretName: string): pulumi.Output<string> {
    const password = this.#createPassword("probe-password", this.#args.access.passwordGeneration);
    this.#createOpaqueSecret(secretName, {
      [probeSecretKeys.username]: probeUser,
      [probeSecretKeys.password]: pulumi.secret(password.result),
    });
    return pulumi.interpolate`${probeUser}:${password.bcryptHash}\n`;
  }

  /** @param generation another one makes another password */
  #createPassword(role: string, generation = 1): RandomPassword {
    // What has never been counted up has no generation, so that passwords of before stay.
    const keepers = generation === 1 ? {} : { keepers: { generation: String(generation) } };
    return new RandomPassword(
      `${this.#name}-${role}`,
      { length: 32, special: false, ...keepers },
      this.#child,
    );
  }

  #createOpaqueSecret(name: string, stringData: Record<string, pulumi.Input<string>>): Secret {
    return new Secret(name, { metadata: this.#metadata(name), type: "Opaque", stringData }, this.#child);
  }

  /** An ACME issuer proves that the host is ours by a pod in this namespace, which the Ingress controller has to reach. */
  #createSolverPolicy(): void {
    const name = `${this.#name}-acme`;
    const solver = { "acme.cert-manager.io/http01-solver": "true" };
    new NetworkPolicy(
      name,
      {
        metadata: this.#metadata(name),
        spec: networkPolicySpec(solver, { from: [{ peer: "anywhere", ports: [acmeSolverPort] }] }),
      },
      this.#child,
    );
  }

  #createEntrance(): void {
    const { access, service } = this.#args;
    const secretName = `${this.#name}-tls`;
    this.#createCustom("cert-manager.io", "Certificate", certificateSpec(access, secretName));
    if (access.gateway === undefined) {
      const annotations = controllerAnnotations(access, this.#edgeUsers);
      this.#createIngress(this.#name, ingressSpec(access, service, secretName), annotations);
      if (asksProxy(access)) {
        const signIn = ingressSpec(access, service, secretName, signInPath);
        this.#createIngress(`${this.#name}-sign-in`, signIn, {});
      }
    } else {
      this.#createCustom(gatewayApi, "ListenerSet", listenerSetSpec(access, access.gateway, secretName));
      this.#createCustom(gatewayApi, "HTTPRoute", httpRouteSpec(access, service, this.#name));
    }
  }

  /** Secret with the users of the edge, where it asks for a password: people's alone. */
  get #edgeUsers(): string {
    return `${this.#name}-users`;
  }

  #createIngress(
    name: string,
    spec: types.input.networking.v1.IngressSpec,
    others: Record<string, string>,
  ): void {
    // Whether the controller has an address is the cluster's affair, and no reason for a deployment to wait.
    const annotations = { "pulumi.com/skipAwait": "true", ...others };
    new Ingress(name, { metadata: { ...this.#metadata(name), annotations }, spec }, this.#child);
  }

  #createCustom(group: string, kind: string, spec: object): void {
    const metadata = this.#metadata(this.#name);
    new CustomResource(this.#name, { apiVersion: `${group}/v1`, kind, metadata, spec }, this.#child);
  }

  #metadata(name: string): { name: string; namespace: string; labels: Labels } {
    return { name, namespace: this.#args.namespace, labels: this.#args.labels };
  }
}
