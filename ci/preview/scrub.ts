/**
 * Takes credentials out of a text before it is published. Pulumi masks the secrets that it knows, and GitHub masks
 * its own in logs, but not in comments: this is for what a tool prints in an error by mistake.
 */
const credentials: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bpul-[0-9a-f]{32,}\b/g,
  /\b(?:gh[oprsu]_|github_pat_)\w{20,}/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?/g,
  /(?<=\/\/)[^\s/:@]+:[^\s/@]+(?=@)/g,
];

const secretName = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|ACCESS_KEY/i;

/** Values of variables that are credentials by their name. Short ones would strike out ordinary words. */
export function secretsIn(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env)
    .filter(([name, value]) => secretName.test(name) && (value ?? "").length >= 8)
    .map(([, value]) => value ?? "")
    .sort((one, other) => other.length - one.length);
}

/** The text without the given secrets, and without anything that looks like a credential. */
export function scrub(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
  return credentials.reduce((rest, pattern) => rest.replace(pattern, "[secret]"), known);
}

/** Without the control sequences of a terminal. */
export function stripColours(text: string): string {
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "").replace(/<\{%[^%]*%\}>/g, "");
}
