import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** A running stand-in. */
export interface IdentityProviderStandIn {
  /** Its address, as an issuer is named. */
  readonly issuerUrl: string;
  readonly stop: () => Promise<void>;
}

/**
 * A stand-in for an identity provider: it has the document by which OpenID Connect finds its addresses, and no key. It
 * shows where oauth2-proxy sends people, and signs nobody in: that a person comes in is not proved by it.
 */
export async function startIdentityProvider(): Promise<IdentityProviderStandIn> {
  const server = http.createServer((request, response) => {
    const answer =
      request.url === "/.well-known/openid-configuration"
        ? {
            issuer: issuerUrl,
            authorization_endpoint: `${issuerUrl}/authorize`,
            token_endpoint: `${issuerUrl}/token`,
            jwks_uri: `${issuerUrl}/keys`,
            response_types_supported: ["code"],
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: ["RS256"],
            code_challenge_methods_supported: ["S256"],
          }
        : request.url === "/keys"
          ? { keys: [] }
          : undefined;
    response.setHeader("content-type", "application/json");
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { issuerUrl, stop };
}
