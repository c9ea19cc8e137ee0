import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** One DER element. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  const length =
    body.length < 128
      ? Buffer.from([body.length])
      : body.length < 256
        ? Buffer.from([0x81, body.length])
        : Buffer.from([0x82, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
}

const sequence = (...items: readonly Uint8Array[]): Buffer => der(0x30, ...items);
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const utcTime = (date: Date): Buffer =>
  der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));

const ECDSA_WITH_SHA256 = sequence(objectId("2a8648ce3d040302"));
const COMMON_NAME = objectId("550403");
const SUBJECT_ALT_NAME = objectId("551d11");
const BASIC_CONSTRAINTS = objectId("551d13");
const EXTENDED_KEY_USAGE = objectId("551d25");
const USAGES = { server: objectId("2b06010505070301"), client: objectId("2b06010505070302") } as const;

/** A certificate with its key, PEM, as files hold them. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
  readonly commonName: string;
  readonly privateKey: KeyObject;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** Signs it. @default its own key */
  readonly issuer?: Certified;
  /** Hosts that it is for, beside 127.0.0.1. */
  readonly names?: readonly string[];
  /** Whether it may sign others. @default false */
  readonly isAuthority?: boolean;
  /** What it is for. @default anything */
  readonly usage?: keyof typeof USAGES;
  /** @default an hour from now */
  readonly notAfter?: Date;
}

/** A certificate made anew for each run, so that no private key stands in the repository. */
export function issueCertificate(request: CertificateRequest): Certified {
  const { commonName, issuer, isAuthority = false, usage } = request;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const nameOf = (text: string): Buffer =>
    sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(text)))));
  const notAfter = request.notAfter ?? new Date(Date.now() + 3_600_000);
  const notBefore = new Date(Math.min(Date.now() - 60_000, notAfter.getTime() - 3_600_000));
  const address = der(0x87, Buffer.from([127, 0, 0, 1]));
  const hosts = (request.names ?? []).map((host) => der(0x82, Buffer.from(host)));
  const isTrue = der(0x01, Buffer.from([0xff]));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    // Positive and without leading zeros, whatever the dice say.
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer?.commonName ?? commonName),
    sequence(utcTime(notBefore), utcTime(notAfter)),
    nameOf(commonName),
    publicKey.export({ type: "spki", format: "der" }),
    der(
      0xa3,
      sequence(
        sequence(SUBJECT_ALT_NAME, der(0x04, sequence(address, ...hosts))),
        ...(isAuthority ? [sequence(BASIC_CONSTRAINTS, isTrue, der(0x04, sequence(isTrue)))] : []),
        ...(usage === undefined ? [] : [sequence(EXTENDED_KEY_USAGE, der(0x04, sequence(USAGES[usage])))]),
      ),
    ),
  );
  const signature = sign("sha256", body, issuer?.privateKey ?? privateKey);
  const whole = sequence(body, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    commonName,
    privateKey,
  };
}

/** A certificate for 127.0.0.1, signed by its own key and valid for an hour. @param names hosts that it is for too */
export function createCertificate(names: readonly string[] = []): { certificate: string; key: string } {
  return issueCertificate({ commonName: "nova-tracing test", names, isAuthority: true });
}
