import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import https from "node:https";
import type { AddressInfo } from "node:net";

/** What the provider says of somebody who signed in, beside the name. */
export type Claims = Readonly<Record<string, unknown>>;

export interface IdentityProviderArgs {
  /** Its address as the proxy and browsers know it. */
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUrl: string;
  /** By the name that is typed in. Everybody else is unknown. */
  readonly accounts: Readonly<Record<string, Claims>>;
  readonly certificate: { readonly certificate: string; readonly key: string };
}

export interface RunningServer {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/**
 * A genuine OpenID provider (npm `oidc-provider`) with TLS. Its pages for people are the package's own for development,
 * which stand in for a company's sign-in and take any password: they prove nothing about that.
 */
export async function startIdentityProvider(args: IdentityProviderArgs): Promise<RunningServer> {
  const { default: Provider } = await import("oidc-provider");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const provider = new Provider(args.issuerUrl, {
    clients: [
      {
        client_id: args.clientId,
        client_secret: args.clientSecret,
        redirect_uris: [args.redirectUrl],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name"],
      groups: ["groups", "roles"],
    },
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
    // Seconds. Without them the package warns of each.
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      Grant: 3600,
      IdToken: 3600,
      Interaction: 600,
      Session: 3600,
    },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    findAccount: (_context: unknown, id: string) => {
      const claims = args.accounts[id];
      return claims === undefined ? undefined : { accountId: id, claims: () => ({ sub: id, ...claims }) };
    },
  });
  const server = https.createServer(
    { cert: args.certificate.certificate, key: args.certificate.key },
    provider.callback(),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
