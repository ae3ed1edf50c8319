// What `workerd test` runs: prints what came of the tests as a line of JSON.

import { report } from "./report.js";

export default {
  async test() {
    console.log(`\nRESULT ${JSON.stringify(await report())}`);
  },
};
