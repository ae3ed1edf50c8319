/**
 * The host's own WebAssembly, for comparison: the type of the few parts of
 * its API that the tests use (the library's types do not have it), and its
 * traps by the classes of the specification's texts.
 */

interface HostInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface HostWebAssembly {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => HostInstance;
  readonly Memory: new (type: { initial: number }) => {
    readonly buffer: ArrayBuffer;
  };
}

/** Undefined where the host has none, or lets nobody use it. */
export const hostWasm: HostWebAssembly | undefined = allowedWasm();

function allowedWasm(): HostWebAssembly | undefined {
  const host = (globalThis as { WebAssembly?: HostWebAssembly }).WebAssembly;
  try {
    if (host) new host.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    return host;
  } catch {
    return undefined; // a content security policy forbids it
  }
}

/** V8's and JSC's messages, by the trap's class. */
const CLASSES: readonly (readonly [RegExp, string])[] = [
  [/unreachable/i, "unreachable"],
  [/memory access out of bounds|out of bounds memory/i, "memory"],
  [/table index is out of bounds|out of bounds call_indirect/i, "element"],
  [/undefined element/i, "element"],
  [/null function or function signature|uninitialized element/i, "callee"],
  [/call_indirect to a (null|signature)/i, "callee"],
  [/indirect call type mismatch/i, "callee"],
  [/(divide|remainder|division) by zero/i, "zero"],
  [/divide result unrepresentable|integer overflow/i, "range"],
  [/float unrepresentable|invalid conversion/i, "range"],
  [/out of bounds trunc|overflow in conversion/i, "range"],
  [/call stack/i, "stack"],
];

/** One name for the same trap in every engine, or the message itself. */
export function trapClass(message: string): string {
  const line = message.split("\n", 1)[0];
  return CLASSES.find(([pattern]) => pattern.test(line))?.[1] ?? line;
}
