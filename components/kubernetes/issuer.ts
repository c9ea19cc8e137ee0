/** An issuer of cert-manager that signs a certificate. */
export interface IssuerReference {
  /** `Issuer` in the namespace of the certificate, or `ClusterIssuer`. */
  readonly kind: "Issuer" | "ClusterIssuer";
  /** Its name. */
  readonly name: string;
}
