import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom, systemRandom } from "../../../wasi/random.ts";

function bytes(random = seededRandom(), count = 16): string {
  const into = new Uint8Array(count);
  random.fill(into);
  return [...into].map((b) => b.toString(16).padStart(2, "0")).join("");
}

test("the same seed gives the same bytes, another one others", () => {
  assert.is(bytes(), bytes());
  assert.is(bytes(seededRandom(42)), bytes());
  assert.is.not(bytes(seededRandom(43)), bytes());
});

test("the default bytes are the same in every version", () => {
  assert.is(bytes(), "3d945d27b4aab9d94e30a10421104136");
});

test("a generator goes on where it was", () => {
  const random = seededRandom();
  assert.is.not(bytes(random), bytes(random));
});

test("the bytes are spread evenly", () => {
  const into = new Uint8Array(256 * 1000);
  seededRandom().fill(into);
  const counts = new Array(256).fill(0);
  for (const byte of into) counts[byte]++;
  assert.ok(Math.min(...counts) > 850 && Math.max(...counts) < 1150);
});

test("the system randomness fills more than 65,536 bytes", () => {
  const into = new Uint8Array(200_001);
  systemRandom().fill(into);
  assert.ok(into.subarray(199_900).some((byte) => byte !== 0));
});

test.run();
