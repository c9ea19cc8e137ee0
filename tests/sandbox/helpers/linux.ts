/**
 * A suite on what only Linux has: /proc, flock, GNU tar. Elsewhere the sandbox does not run, and neither does this, so
 * there it is skipped with the reason; with CI=true a skip is a failure.
 */
export const describeOnLinux = (title: string, suite: () => void): void => {
  if (process.platform === "linux") {
    describe(title, suite);
    return;
  }
  process.stdout.write(`skipped: ${title}: needs Linux, and this is ${process.platform}\n`);
  describe.skip(title, suite);
};
