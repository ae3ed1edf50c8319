import { test } from "uvu";
import * as assert from "uvu/assert";
import { atomics } from "../../../engine/atomics.ts";
import type { RawValue } from "../../../engine/mod.ts";
import { MemoryInstance, PAGE_BYTES } from "../../../engine/memory.ts";
import { DONE, pollAfter, STOPPED, Thread } from "../../../engine/thread.ts";
import { TrapCode } from "../../../engine/trap.ts";
import { Assembler } from "./assembler.ts";
import { AGAIN, areDistinct, ColdMachine } from "./cold_machine.ts";
import {
  func,
  instanceOf,
  memory as memoryOf,
  pollSeldom,
  resultsOf,
  writer,
} from "./guest.ts";
import { longSamples } from "./samples.ts";

const FOREVER = 0xffffffffffffffffn;
const MS = 1_000_000n;
const HAS_SHARED = typeof SharedArrayBuffer !== "undefined";

function newMachine(shared: boolean): ColdMachine {
  const machine = new ColdMachine([atomics()]);
  const type = { min: 1, max: 1, shared, is64: false };
  machine.instance.memories.push(new MemoryInstance(type));
  return machine;
}

/** One that an agent of its own and one that shared memory can have. */
const MACHINES = [newMachine(false), newMachine(true)];

interface Access {
  readonly name: string;
  readonly bits: number;
  /** Those of the operands and the result. */
  readonly type: number;
}

/** The seven accesses of a family: `rmw%.add$` is i32.atomic.rmw8.add_u ... */
function accesses(pattern: string, suffix = "_u"): Access[] {
  return [[32, 32], [64, 64], [32, 8], [32, 16], [64, 8], [64, 16], [64, 32]]
    .map(([type, bits]) => {
      const width = type === bits ? "" : String(bits);
      const end = type === bits ? "" : suffix;
      const name = pattern.replace("%", width).replace("$", end);
      return { name: `i${type}.atomic.${name}`, bits, type };
    });
}

function each(
  pattern: string,
  suffix: string,
  body: (machine: ColdMachine, view: DataView, access: Access) => void,
): void {
  for (const machine of MACHINES) {
    const { view } = machine.instance.memories[0];
    for (const access of accesses(pattern, suffix)) body(machine, view, access);
  }
}

/** Every third edge value, and random ones. */
const samples = longSamples(190, 9).filter((_, k) => k % 3 === 0);

test("every row has its own name and opcode, without gaps", () => {
  assert.ok(areDistinct([atomics()]));
  const opcodes = atomics().rows.map((row) => row[1]);
  assert.equal(opcodes.slice(0, 4), [0xfe000, 0xfe001, 0xfe002, 0xfe003]);
  opcodes.slice(4).forEach((opcode, k) => assert.is(opcode, 0xfe010 + k));
  assert.is(opcodes.at(-1), 0xfe04e);
});

test("loads extend with zeros", () => {
  each("load%$", "_u", (machine, view, { name, bits }) => {
    for (const value of samples) {
      view.setBigUint64(16, value, true);
      const expected = BigInt.asUintN(bits, value);
      assert.is(machine.run(name, [8n], [8], 0), expected, name);
    }
  });
});

test("stores write the low bits and nothing beside", () => {
  each("store%$", "", (machine, view, { name, bits, type }) => {
    for (const value of samples) {
      view.setBigUint64(16, ~value, true);
      machine.run(name, [16n, BigInt.asUintN(type, value)]);
      const mask = (1n << BigInt(bits)) - 1n;
      const expected = BigInt.asUintN(64, ~value & ~mask | value & mask);
      assert.is(view.getBigUint64(16, true), expected, name);
    }
  });
});

const MODIFY: Record<string, (a: bigint, b: bigint) => bigint> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  xchg: (_, b) => b,
};

for (const [kind, reference] of Object.entries(MODIFY)) {
  test(`rmw.${kind} gives the old value and writes the new one`, () => {
    each(`rmw%.${kind}$`, "_u", (machine, view, { name, bits, type }) => {
      for (const a of samples) {
        for (const b of samples) {
          view.setBigUint64(16, a, true);
          const operands = [16n, BigInt.asUintN(type, b)];
          const old = machine.run(name, operands, [], Number(a % 2n));
          assert.is(old, BigInt.asUintN(bits, a), name);
          const mask = (1n << BigInt(bits)) - 1n;
          const expected = a & ~mask | reference(a, b) & mask;
          assert.is(view.getBigUint64(16, true), BigInt.asUintN(64, expected));
        }
      }
    });
  });
}

test("cmpxchg wraps what it expects and writes where that is there", () => {
  each("rmw%.cmpxchg$", "_u", (machine, view, { name, bits, type }) => {
    const mask = (1n << BigInt(bits)) - 1n;
    for (const a of samples) {
      const beside = BigInt.asUintN(type, ~mask ^ a & mask);
      const equal = [a, beside].map((x) => BigInt.asUintN(type, x));
      const other = BigInt.asUintN(type, a ^ 1n << BigInt(bits - 1));
      for (const expected of [...equal, other]) {
        for (let to = -1; to < 3; to++) {
          view.setBigUint64(16, a, true);
          const replacement = BigInt.asUintN(type, ~a);
          const operands = [16n, expected, replacement];
          const old = machine.run(name, operands, [], to);
          assert.is(old, a & mask, name);
          const now = expected === other ? a : a & ~mask | replacement & mask;
          assert.is(view.getBigUint64(16, true), now, name);
        }
      }
    }
  });
});

test("an access that is not aligned traps, in bounds or not", () => {
  each("load%$", "_u", (machine, _, { name, bits }) => {
    const bytes = BigInt(bits / 8);
    if (bytes === 1n) return;
    const trap = -TrapCode.UnalignedAtomic;
    assert.is(machine.run(name, [bytes / 2n]), trap);
    assert.is(machine.run(name, [0n], [1]), trap);
    assert.is(machine.run(name, [0xffffffffn]), trap);
    assert.is(machine.run(name, [bytes / 2n], [Number(bytes / 2n)]), 0n);
  });
});

test("an access past the end traps", () => {
  each("rmw%.or$", "_u", (machine, _, { name, bits }) => {
    const trap = -TrapCode.MemoryOutOfBounds;
    const bytes = BigInt(bits / 8);
    const end = BigInt(PAGE_BYTES);
    assert.is(machine.run(name, [end - bytes, 0n]), 0n);
    assert.is(machine.run(name, [end, 0n]), trap);
    assert.is(machine.run(name, [0x100000000n - bytes, 0n], [8]), trap);
    assert.is(machine.run(name, [0n, 0n], [PAGE_BYTES]), trap);
  });
});

test("fence does nothing", () => {
  assert.is(MACHINES[0].run("atomic.fence", []), undefined);
});

test("notify wakes nobody where nobody waits", () => {
  for (const machine of MACHINES) {
    assert.is(machine.run("memory.atomic.notify", [0n, 0xffffffffn]), 0n);
    const unaligned = machine.run("memory.atomic.notify", [2n, 1n]);
    assert.is(unaligned, -TrapCode.UnalignedAtomic);
    const outside = machine.run("memory.atomic.notify", [65536n, 1n]);
    assert.is(outside, -TrapCode.MemoryOutOfBounds);
  }
});

test("wait traps on a memory that is not shared", () => {
  const machine = newMachine(false);
  for (const name of ["memory.atomic.wait32", "memory.atomic.wait64"]) {
    const trap = -TrapCode.ExpectedSharedMemory;
    assert.is(machine.run(name, [0n, 0n, 0n]), trap);
    assert.is(machine.run(name, [1n, 0n, 0n]), trap);
  }
});

test("wait answers 1 to another value and 2 where the time is up", () => {
  const machine = newMachine(true);
  const { view } = machine.instance.memories[0];
  view.setBigUint64(8, 0x8000000000000005n, true);
  const wait32 = "memory.atomic.wait32", wait64 = "memory.atomic.wait64";
  assert.is(machine.run(wait32, [8n, 6n, FOREVER]), 1n);
  assert.is(machine.run(wait64, [8n, 5n, FOREVER]), 1n);
  assert.is(machine.run(wait32, [8n, 5n, 0n]), 2n);
  assert.is(machine.run(wait32, [8n, 5n, 2n * MS], [], 1), 2n);
  assert.is(machine.run(wait64, [0n, 0x8000000000000005n, MS], [8]), 2n);
  assert.is(machine.run(wait64, [4n, 0n, 0n]), -TrapCode.UnalignedAtomic);
  assert.is(machine.run(wait32, [65536n, 0n, 0n]), -TrapCode.MemoryOutOfBounds);
});

test("an endless wait asks to be run again, or wakes where it cannot", () => {
  const machine = newMachine(true);
  const answer = machine.run("memory.atomic.wait32", [8n, 0n, FOREVER]);
  assert.ok(answer === AGAIN || answer === 0n);
});

test("without SharedArrayBuffer no wait blocks", () => {
  const machine = newMachine(true);
  const [memory] = machine.instance.memories;
  memory.buffer = new ArrayBuffer(PAGE_BYTES);
  memory.view = new DataView(memory.buffer);
  const wait64 = "memory.atomic.wait64";
  memory.view.setInt32(4, 1, true);
  assert.is(machine.run(wait64, [0n, 0n, FOREVER]), 1n);
  assert.is(machine.run(wait64, [0n, 1n << 32n, FOREVER]), 0n);
  assert.is(machine.run(wait64, [0n, 1n << 32n, 3600_000n * MS]), 2n);
});

/** Calls that wait at address 8, and the words of their memory. */
function waitingGuest() {
  const instance = instanceOf(
    new Assembler()
      .memory("memory", 1, 1, true)
      .function(
        "wait",
        "iI:i",
        "",
        "i32.const 8 local.get 0 local.get 1 memory.atomic.wait32",
      ),
  );
  const wait = func(instance, "wait");
  const start = (expected: bigint, nanoseconds: bigint): Thread => {
    const thread = new Thread(wait);
    const args: RawValue[] = [expected, nanoseconds];
    const outcome = thread.start(writer(wait, args));
    assert.is(outcome, expected === 0n ? STOPPED : DONE);
    return thread;
  };
  return { wait, start, words: new Int32Array(memoryOf(instance).buffer) };
}

/** What a call answers that goes on as soon as it can, in the end. */
async function answerOf(thread: Thread): Promise<RawValue> {
  do await new Promise((resolve) => setTimeout(resolve, 1)); while (
    thread.resume() === STOPPED
  );
  return resultsOf(thread)[0];
}

const waiting = "waitAsync" in Atomics && HAS_SHARED ? test : test.skip;

waiting(
  "a call that may stop waits in the queue while it is stopped",
  async () => {
    const { start, words } = waitingGuest();
    const thread = start(0n, FOREVER);
    // Too early, with and without a poll; the waiter is still the same one.
    assert.is(thread.resume(), STOPPED);
    pollAfter(-1);
    assert.is(thread.resume(undefined, () => true), STOPPED);
    pollSeldom();
    assert.is(Atomics.notify(words, 2), 1);
    assert.is(await answerOf(thread), 0n);
    assert.is(Atomics.notify(words, 2), 0);
    assert.equal(resultsOf(start(1n, FOREVER)), [1n]);
    const first = start(0n, 2n * MS);
    const second = start(0n, FOREVER);
    assert.is(await answerOf(first), 2n);
    assert.is(Atomics.notify(words, 2), 1);
    assert.is(await answerOf(second), 0n);
  },
);

waiting(
  "a call that ends while it waits passes a notification on",
  async () => {
    const { start, words } = waitingGuest();
    const ends: readonly ((thread: Thread) => void)[] = [
      (thread) => thread.abandon(new Error("ended")),
      (thread) => {
        pollAfter(-1);
        const poll = () => {
          throw new Error("ended");
        };
        assert.throws(() => thread.resume(undefined, poll), "ended");
        pollSeldom();
      },
    ];
    for (const end of ends) {
      const gone = start(0n, FOREVER);
      const next = start(0n, FOREVER);
      end(gone);
      assert.is(Atomics.notify(words, 2, 1), 1);
      assert.is(await answerOf(next), 0n);
      // One that was notified already does so at once.
      const late = start(0n, FOREVER);
      const last = start(0n, FOREVER);
      assert.is(Atomics.notify(words, 2, 1), 1);
      end(late);
      assert.is(await answerOf(last), 0n);
    }
  },
);

waiting(
  "a call with fuel pays once for a wait, whether it may stop or not",
  async () => {
    const { wait } = waitingGuest();
    const args: RawValue[] = [0n, 2n * MS];
    const blocked = { remaining: 100 };
    const thread = new Thread(wait, blocked, false);
    assert.is(thread.start(writer(wait, args)), DONE);
    assert.equal(resultsOf(thread), [2n]);
    const stopped = { remaining: 100 };
    const other = new Thread(wait, stopped);
    assert.is(other.start(writer(wait, args)), STOPPED);
    assert.is(await answerOf(other), 2n);
    assert.is(stopped.remaining, blocked.remaining);
    assert.is.not(stopped.remaining, 100);
  },
);

test("a shared memory has a buffer that can be shared", () => {
  const { buffer } = MACHINES[1].instance.memories[0];
  assert.is(buffer instanceof ArrayBuffer, !HAS_SHARED);
});

test("accesses follow the memory when it grows, in a buffer of any length", () => {
  const machine = new ColdMachine([atomics()]);
  const type = { min: 1, max: 2, shared: false, is64: false };
  const memory = new MemoryInstance(type, 2, {
    allocate: (byteLength) => new ArrayBuffer(byteLength + 5),
  });
  machine.instance.memories.push(memory);
  const last = BigInt(PAGE_BYTES - 8);
  machine.run("i64.atomic.store", [last, 7n]);
  assert.is(memory.grow(1), 1);
  assert.is(machine.run("i64.atomic.rmw.add", [last, 1n]), 7n);
  assert.is(memory.view.getBigUint64(Number(last), true), 8n);
  machine.run("i64.atomic.store", [last + BigInt(PAGE_BYTES), 9n]);
  assert.is(memory.view.getBigUint64(2 * PAGE_BYTES - 8, true), 9n);
});

test.run();
