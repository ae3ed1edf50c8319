// Programs that need a process of their own: another machine, another stack.

/** Runs a program beside the tests and gives what it printed. */
export async function runChild(file: string, ...options: string[]) {
  const { spawnSync } = await import("node:child_process");
  const process = await import("node:process");
  const path = `tests/unit/engine/${file}`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...options, "tests/ts.mjs", path],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${path} ended with ${status}\n${stderr}`);
  return stdout;
}
