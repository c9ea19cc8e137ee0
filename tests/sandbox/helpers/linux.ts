/** A suite on what only Linux has: /proc, flock, GNU tar. Elsewhere the sandbox does not run, and neither does this. */
export const describeOnLinux = process.platform === "linux" ? describe : describe.skip;
