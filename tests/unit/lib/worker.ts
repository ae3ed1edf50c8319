// What runs in the worker of worker_test.ts: compiles the bytes that it is
// sent, in a realm of its own, and answers with what `run` gives.

import { parentPort, workerData } from "node:worker_threads";
import { Runtime } from "../../../mod.ts";

const { bytes, argument } = workerData as {
  bytes: Uint8Array;
  argument: number;
};
const { exports } = new Runtime().instantiate(bytes);
parentPort!.postMessage(exports.run(argument));
