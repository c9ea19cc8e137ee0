/** Numbers that look drawn and are the same in each run. */
export interface Draw {
  /** From 0 to below 1. */
  readonly share: () => number;
  /** A whole number from 0 to below the limit. */
  readonly below: (limit: number) => number;
  /** A whole number from 0 to below the limit, small ones far more often: few users make most requests. */
  readonly skewed: (limit: number) => number;
  /** Around the middle, now and then many times as much: how long something takes. */
  readonly spread: (middle: number) => number;
  readonly hex: (characters: number) => string;
  readonly oneOf: <T>(values: readonly [T, ...T[]]) => T;
}

/** The generator "mulberry32". @param seed a whole number */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(share() * limit);
  return {
    share,
    below,
    skewed: (limit) => Math.floor(limit * share() ** 3),
    spread: (middle) => {
      const normal = Math.sqrt(-2 * Math.log(1 - share())) * Math.cos(2 * Math.PI * share());
      return middle * Math.exp(0.6 * normal);
    },
    hex: (characters) => {
      let text = "";
      while (text.length < characters)
        text += below(2 ** 32)
          .toString(16)
          .padStart(8, "0");
      return text.slice(0, characters);
    },
    oneOf: (values) => values[below(values.length)] as (typeof values)[number],
  };
}
