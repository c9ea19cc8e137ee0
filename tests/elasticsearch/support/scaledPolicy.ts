import type { LifecyclePolicy } from "../../../components/elasticsearch/lifecyclePolicy";

/**
 * A policy as Elasticsearch 6.8 takes it, with a day made as short as a test can wait for. Two things are changed, and
 * nothing else: each time is so many milliseconds as it was days, times `dayMilliseconds`; and `max_primary_shard_size`,
 * which 6.8 does not know, is called `max_size`, which counts all primary shards of an index, here one.
 */
export function scaledPolicy({ policy }: LifecyclePolicy, dayMilliseconds: number): unknown {
  const scaled = (days: string): string => {
    const [, count] = /^(\d+)d$/.exec(days) ?? [];
    if (count === undefined) throw new Error(`${days} is no number of days, so it cannot be scaled`);
    return `${Number(count) * dayMilliseconds}ms`;
  };
  const { delete: last, hot, ...otherPhases } = policy.phases;
  const { rollover, ...otherActions } = hot.actions;
  const { max_age, max_primary_shard_size, ...otherConditions } = rollover;
  const conditions = { ...otherConditions, max_age: scaled(max_age), max_size: max_primary_shard_size };
  return {
    policy: {
      ...policy,
      phases: {
        ...otherPhases,
        hot: { ...hot, actions: { ...otherActions, rollover: conditions } },
        delete: { ...last, min_age: scaled(last.min_age) },
      },
    },
  };
}
