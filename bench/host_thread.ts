/**
 * The host's own WebAssembly, measured in a thread of its own. When one of its
 * memories grows, an ArrayBuffer is detached, and from then on V8 checks every
 * access to typed arrays of the same isolate: on Node 20 whatever else runs
 * there takes 1.3 times as long. Programs that need us have no such neighbour.
 */

import { parentPort, Worker } from "node:worker_threads";
import { CORPUS } from "./corpus.ts";
import { hostEngine } from "./engine.ts";
import { open, type Work } from "./work.ts";

/** Warm-up in CPU milliseconds, until the host's compiler has done its best. */
const WARM = { least: 100, most: 500, runs: 4 };

interface Answer {
  readonly ms?: number;
  readonly error?: string;
}

/** The main thread's side. */
export class HostThread {
  readonly #worker: Worker;

  /** `url` is the program's that calls `answer` in its threads. */
  constructor(url: string) {
    this.#worker = new Worker(new URL(url));
    this.#worker.unref();
  }

  /** The CPU milliseconds of a run; the first time it is warmed up before. */
  measure(program: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#worker.once("error", reject);
      this.#worker.once("message", ({ ms, error }: Answer) => {
        this.#worker.off("error", reject);
        if (ms !== undefined) resolve(ms);
        else reject(new Error(error));
      });
      this.#worker.postMessage(program);
    });
  }

  close(): Promise<unknown> {
    return this.#worker.terminate();
  }
}

/** The thread's side: answers every name of a program with a time. */
export function answer(): void {
  let name = "";
  let work: Work | undefined;
  parentPort!.on("message", (wanted: string) => {
    const answer = (value: Answer) => parentPort!.postMessage(value);
    try {
      if (wanted !== name) {
        const program = CORPUS.find((of) => of.name === wanted)!;
        work = open(hostEngine()!, program, WARM);
        name = wanted;
      }
      answer({ ms: work!.measure() });
    } catch (error) {
      answer({ error: String(error) });
    }
  });
}
