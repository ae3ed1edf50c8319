// Collects what test files queue, and runs it later: the first import of the
// bundle for runtimes where a test runner cannot be started, or where timers,
// which uvu sets in `.run()`, are not allowed while modules are evaluated.

const suites = [];

globalThis.UVU_DEFER = 1; // `.run()` only queues
globalThis.UVU_QUEUE = [suites];

/**
 * Runs all suites that were queued.
 * @returns {Promise<{ passed: number, total: number, skipped: number, errors: string }>}
 */
export async function runTests() {
  const result = { passed: 0, total: 0, skipped: 0, errors: "" };
  for (const suite of suites) {
    try {
      const [errors, passed, skipped, total] = await suite();
      result.passed += passed;
      result.total += total;
      result.skipped += skipped;
      if (typeof errors === "string") result.errors += errors;
      else if (passed < total) result.errors += "a hook threw\n";
    } catch (error) {
      result.total++;
      result.errors += `${error?.stack ?? error}\n`;
    }
  }
  // deno-lint-ignore no-control-regex
  result.errors = result.errors.replace(/\x1b\[\d+m/g, "");
  return result;
}
