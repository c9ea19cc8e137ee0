import type * as pulumi from "@pulumi/pulumi";
import type { UiEntrance } from "./uiEntrance";

interface CommonAccess extends UiEntrance {
  /** Counted up for a new key of the sessions, which ends all of them. @default 1 */
  readonly sessionGeneration?: number | undefined;
  /** Counted up for new passwords of the proxy's users: people's, where they have one, and the probe's. @default 1 */
  readonly passwordGeneration?: number | undefined;
}

/** One user, `nova`, whose password is in the proxy's Secret for whoever may read it there. */
export interface BasicUiAccess extends CommonAccess {
  readonly authentication: "basic";
}

/** Single sign-on at an identity provider that speaks OpenID Connect. */
export interface OAuth2UiAccess extends CommonAccess {
  readonly authentication: "oauth2";
  /** Address of the identity provider, `https://...`. */
  readonly issuerUrl: string;
  /** Name of the client at the identity provider. */
  readonly clientId: string;
  /** Its secret; goes into the proxy's Secret and nowhere else. */
  readonly clientSecret: pulumi.Input<string>;
  /** Domains of the e-mail addresses that may come in. */
  readonly emailDomains: readonly string[];
  /** Groups of which somebody has to be in one, beside the domain. @default the domain alone counts */
  readonly allowedGroups?: readonly string[] | undefined;
  /** Claim with somebody's groups. @default groups */
  readonly groupsClaim?: string | undefined;
  /** What the provider is asked for. @default openid, email and profile, and groups where groups count */
  readonly scopes?: readonly string[] | undefined;
  /** The provider's `end_session_endpoint`, for signing out there too. @default who signs out is still known there */
  readonly signOutUrl?: string | undefined;
}

/** How people get to the UI. */
export type UiAccess = BasicUiAccess | OAuth2UiAccess;
