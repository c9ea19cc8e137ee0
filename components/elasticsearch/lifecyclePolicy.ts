import { parseJaegerVersion } from "../jaeger/version";
import type { Retention } from "./retention";

/** An index lifecycle policy, as `PUT _ilm/policy/<name>` takes it. */
export interface LifecyclePolicy {
  readonly policy: {
    readonly phases: {
      readonly hot: {
        readonly actions: {
          readonly rollover: { readonly max_age: string; readonly max_primary_shard_size: string };
        };
      };
      readonly delete: {
        readonly min_age: string;
        readonly actions: { readonly delete: Readonly<Record<string, never>> };
      };
    };
  };
}

/**
 * A new index each day, or sooner if a shard grows past 50 GB (the upper end of what Elasticsearch's documentation
 * recommends, so that a lost shard is copied in minutes); each goes when its youngest span is as old as the promise.
 * Elasticsearch does not roll over an index that holds nothing (from 8.5 on, by its documentation), so that a quiet
 * cluster does not fill with empty ones.
 */
export function lifecyclePolicy({ deleteMinAge, rolloverMaxAge }: Retention): LifecyclePolicy {
  return {
    policy: {
      phases: {
        hot: { actions: { rollover: { max_age: rolloverMaxAge, max_primary_shard_size: "50gb" } } },
        delete: { min_age: deleteMinAge, actions: { delete: {} } },
      },
    },
  };
}

/**
 * Name of the policy: with the prefix, so that two Jaegers in one cluster each have their own. Jaeger before 2.20 cannot
 * name a policy in its configuration and means this one.
 */
export function lifecyclePolicyName(indexPrefix: string, jaegerVersion: string): string {
  const version = parseJaegerVersion(jaegerVersion);
  const namesPolicies = version === undefined || version.major > 2 || version.minor >= 20;
  return namesPolicies ? `${indexPrefix}-jaeger-ilm-policy` : "jaeger-ilm-policy";
}
