import { group, httpsUrl, pattern } from "./fields";

/** Where snapshots go: a bucket of an S3-compatible store; its keys are secrets of the stack. */
export const snapshots = group({
  bucket: pattern("the name of a bucket", "for example nova-traces", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  endpoint: httpsUrl("the address of the store", "for example https://s3.nova.com").optional(),
  region: pattern("the name of a region", "for example eu-west-1", /^[a-z0-9-]{2,32}$/).optional(),
  schedule: pattern(
    "a schedule of Elasticsearch, six fields with seconds first",
    'for example "0 30 1 * * ?"',
    /^\S+( \S+){5,6}$/,
  ),
});
