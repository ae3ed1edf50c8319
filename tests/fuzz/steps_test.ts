/**
 * Generated modules do the same when their calls stop again and again, go
 * through JSON and on, and when they get their fuel in portions; and the fuel
 * that they use is the same.
 *
 *   WAXWING_STEPS_CASES=10000 WAXWING_STEPS_SEED=1 npm test steps_test
 */

import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { OUT_OF_FUEL, Thread } from "../../engine/mod.ts";
import {
  remember,
  resultsOf,
  runInSteps,
  writer,
} from "../unit/engine/guest.ts";
import { generate } from "./generate.ts";
import { type Call, ownGuest, transcript } from "./transcript.ts";

const CASES = Number(process.env.WAXWING_STEPS_CASES ?? 12);
const FIRST_SEED = Number(process.env.WAXWING_STEPS_SEED ?? 1);

/** Between two stops, a number for each seed: stopping takes long. */
const BRANCHES = [31, 7, 63, 0, 15, 127, 3];

/** Stops after every so many taken branches and calls. */
function inSteps(branches: number): Call {
  return (callee, args) => {
    remember(callee.instance!);
    return runInSteps(callee, args, branches).results;
  };
}

/** Gives so much fuel at a time, and notes what all calls have used. */
function inPortions(portion: number, used: { units: number }): Call {
  return (callee, args) => {
    const fuel = { remaining: portion };
    const thread = new Thread(callee, fuel);
    let given = portion;
    try {
      let outcome = thread.start(writer(callee, args));
      while (outcome === OUT_OF_FUEL) {
        fuel.remaining += portion;
        given += portion;
        outcome = thread.resume();
      }
    } finally {
      used.units += given - fuel.remaining;
    }
    return resultsOf(thread);
  };
}

test("calls may stop anywhere, and come to the same with the same fuel", () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) check(seed);
});

function check(seed: number): void {
  const generated = generate(seed);
  const run = (call?: Call) =>
    transcript(generated, seed, (bytes) => ownGuest(bytes, call)).join("\n");
  const expected = run();
  const branches = BRANCHES[seed % BRANCHES.length];
  assert.is(run(inSteps(branches)), expected, `seed ${seed} by ${branches}`);
  const whole = { units: 0 };
  assert.is(run(inPortions(1e9, whole)), expected, `seed ${seed}`);
  for (const portion of [331, 2003]) {
    const used = { units: 0 };
    const found = run(inPortions(portion, used));
    assert.is(found, expected, `seed ${seed} by ${portion} units`);
    assert.is(used.units, whole.units, `seed ${seed} by ${portion} units`);
  }
}

test.run();
