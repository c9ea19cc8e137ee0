// @ts-check
"use strict";

const { readFileSync } = require("node:fs");
const { Client, Stop } = require("./client.js");
const { prepareLifecycle, verifyLifecycle } = require("./lifecycle.js");
const { putSpanTemplate } = require("./spanTemplate.js");

/** @typedef {import("../plan").Plan} Plan */
/** @typedef {import("../plan").Login} Login */

/** All shards that hold data have started; copies may still be missing. */
const healthy = "/_cluster/health?wait_for_status=yellow&timeout=5s";

/** @param {Plan} plan */
async function prepare(plan) {
  const client = clientOf(plan, plan.administrator);
  await client.wait(healthy);
  const { body } = await client.expect("GET", "/");
  console.log(`Elasticsearch ${body.version.number}, cluster ${body.cluster_name}: usable`);
  if (Number(body.version.number.split(".")[0]) < 8) {
    throw new Stop(`Elasticsearch ${body.version.number} is too old: at least 8.19 is needed. Upgrade it.`);
  }
  if (plan.role) {
    const { jaeger, role } = plan;
    await client.expect("PUT", `/_security/role/${role.name}`, role.body);
    const password = readFileSync(jaeger.passwordFile, "utf8").replace(/\r?\n$/, "");
    await client.expect("PUT", `/_security/user/${jaeger.username}`, { password, roles: [role.name] });
    console.log(`user ${jaeger.username} with the role ${role.name}: put`);
    for (const name of plan.retiredUsers) {
      const { status } = await client.expect("DELETE", `/_security/user/${name}`, undefined, [404]);
      if (status === 200) console.log(`user ${name}, of an older password: removed`);
    }
  }
  // Before what may stop: then it is that a restore is needed.
  if (plan.snapshots) {
    const { repository, policy } = plan.snapshots;
    await client.expect("PUT", `/_snapshot/${repository.name}`, repository.body);
    await client.expect("PUT", `/_slm/policy/${policy.name}`, policy.body);
    console.log(`snapshot repository ${repository.name} and policy ${policy.name}: put`);
  }
  const putTemplates = () => putSpanTemplate(client, plan.spanTemplate);
  if (plan.lifecycle) await prepareLifecycle(client, plan.lifecycle, putTemplates);
  else await putTemplates();
}

/** @param {Plan} plan */
async function verify(plan) {
  // Another node may learn of a new password a moment later.
  await clientOf(plan, plan.jaeger).wait("/_security/_authenticate");
  console.log(`Jaeger's user ${plan.jaeger.username}: can log in`);
  if (plan.lifecycle) await verifyLifecycle(clientOf(plan, plan.administrator), plan.lifecycle);
}

/** @param {Plan} plan @param {Login} login */
function clientOf({ url, waitSeconds, pauseMilliseconds }, login) {
  return new Client(url, login, { deadline: Date.now() + waitSeconds * 1000, pauseMilliseconds });
}

module.exports = { prepare, verify };
