// Runs the tests on the page's own thread, then once more in a worker, and
// posts what came of both.

import { report } from "./report.js";

const page = await report();
const worker = new Worker("worker.js", { type: "module" });
const result = await new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
}).catch((error) => ({ errors: String(error) }));
await fetch("/result", {
  method: "POST",
  body: JSON.stringify({ page, worker: result }),
});
