let underWay = 0;

/** Runs work that must not be cut off in the middle: a signal asks it to end, and it cleans up after itself. */
export async function orderly<T>(work: () => Promise<T>): Promise<T> {
  underWay += 1;
  try {
    return await work();
  } finally {
    underWay -= 1;
  }
}

/** Whether such work is under way in this process. */
export function isOrderlyWorkUnderWay(): boolean {
  return underWay > 0;
}
