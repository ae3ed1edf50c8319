// What `workerd test` runs: prints what the example's Worker answers to a
// greeting and to a megabyte, as a line of JSON.

export default {
  async test(_controller, env) {
    const answers = [];
    for (const body of ["typed text\n", "\n".repeat(1_000_000)]) {
      const response = await env.WORKER.fetch("http://worker/", {
        method: "POST",
        body,
      });
      answers.push([response.status, await response.text()]);
    }
    console.log(`\nRESULT ${JSON.stringify(answers)}`);
  },
};
