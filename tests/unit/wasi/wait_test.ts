import { test } from "uvu";
import * as assert from "uvu/assert";
import { drive, type Steps, wait } from "../../../wasi/wait.ts";
import { isPromise, type MaybePromise } from "../../../lib/world.ts";

function* sum(...values: MaybePromise<number>[]): Steps<number> {
  let total = 0;
  for (const value of values) total += yield* wait(value);
  return total;
}

test("steps that need not wait answer at once", () => {
  assert.is(drive(sum(1, 2)), 3);
});

test("steps that wait answer with a Promise", async () => {
  const answer = drive(sum(1, Promise.resolve(2), 3, Promise.resolve(4)));
  assert.ok(isPromise(answer));
  assert.is(await answer, 10);
});

test("a rejected promise is an exception inside the steps", async () => {
  function* careful(): Steps<string> {
    try {
      yield* wait(Promise.reject(new Error("lost")));
      return "no";
    } catch (error) {
      return (error as Error).message;
    }
  }
  assert.is(await drive(careful()), "lost");
});

test("an exception that nobody catches rejects the answer", async () => {
  const answer = drive(sum(1, Promise.reject(new Error("lost"))));
  try {
    await answer;
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "lost");
  }
});

test.run();
