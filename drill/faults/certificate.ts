import { at, text } from "../../tests/support/document";
import type { Fault } from "./fault";

const certificateName = "elasticsearch-http";

/** A certificate that nobody has renewed in time. */
export const certificate: Fault = {
  name: "certificate",
  broken: "Elasticsearch's certificate is one that ends in an hour (issued anew by cert-manager)",
  repaired: "issued anew for 90 days",
  expected: [{ alertname: "TracingCertificateExpiring", name: certificateName }],
  async break(staging) {
    const path = staging.path("/apis/cert-manager.io/v1", "certificates", certificateName);
    const [before] = (await staging.objects("/apis/cert-manager.io/v1", "certificates")).filter(
      (one) => at(one, "metadata", "name") === certificateName,
    );
    const times = {
      duration: text(before, "spec", "duration"),
      renewBefore: text(before, "spec", "renewBefore"),
    };
    // cert-manager issues anew whatever has another duration than is asked for.
    await staging.change(path, { spec: { duration: "1h0m0s", renewBefore: "5m0s" } });
    return () => staging.change(path, { spec: times });
  },
};
