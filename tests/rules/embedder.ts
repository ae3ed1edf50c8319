// What embedders write under the strictest options of the compiler. It is not
// run: package_test.ts checks it against the types that are published.

import {
  type AsyncCallOptions,
  type CompilationCacheOptions,
  type GlobalDescriptor,
  type HostFunctionDefinition,
  type HostFunctionOptions,
  type MemoryDescriptor,
  MemoryFS,
  type MemoryFSOptions,
  type ModuleOptions,
  packTar,
  run,
  type RunOptions,
  Runtime,
  type RuntimeOptions,
  type TableDescriptor,
  type VirtualTerminalOptions,
  type wasi,
} from "../../mod.ts";
import type { AssemblyScriptOptions } from "../../lib/env_assemblyscript.ts";
import type { StandInParts } from "../../lib/testing.ts";
import type { Lacks } from "../../wasi/conformance.ts";

/** The parts that may be left out, each there and undefined. */
type None<T> = {
  [K in keyof T as Partial<Pick<T, K>> extends Pick<T, K> ? K : never]-?:
    undefined;
};

/** Options may also be undefined, as they are where a variable has none. */
type MayBeUndefined<T> = None<T> extends Partial<T> ? true : never;

export const mayBeUndefined: [
  MayBeUndefined<AssemblyScriptOptions>,
  MayBeUndefined<AsyncCallOptions>,
  MayBeUndefined<CompilationCacheOptions>,
  MayBeUndefined<GlobalDescriptor>,
  MayBeUndefined<HostFunctionDefinition>,
  MayBeUndefined<HostFunctionOptions>,
  MayBeUndefined<Lacks>,
  MayBeUndefined<MemoryDescriptor>,
  MayBeUndefined<MemoryFSOptions>,
  MayBeUndefined<ModuleOptions>,
  MayBeUndefined<RunOptions>,
  MayBeUndefined<RuntimeOptions>,
  MayBeUndefined<StandInParts>,
  MayBeUndefined<TableDescriptor>,
  MayBeUndefined<VirtualTerminalOptions>,
  MayBeUndefined<NonNullable<Parameters<typeof wasi.functions>[0]>>,
] = [
  ...[true, true, true, true, true, true, true, true] as const,
  ...[true, true, true, true, true, true, true, true] as const,
];

/** What comes out goes into functions of the web. */
export async function useOutput(bytes: Uint8Array): Promise<unknown[]> {
  const chunks: BlobPart[] = [];
  const { stdout } = await run(bytes, {
    stderr: (chunk) => void chunks.push(chunk),
  });
  const fs = new MemoryFS();
  const [section] = new Runtime().compile(bytes).customSections();
  return [
    new Response(stdout),
    new Blob([...chunks, packTar(fs), section.data]),
    await crypto.subtle.digest("SHA-256", fs.readFile("f")),
  ];
}

/** Streams of any bytes take output. */
export function useStreams(stream: WritableStream<Uint8Array>): RunOptions[] {
  const { writable } = new CompressionStream("gzip");
  return [{ stdout: stream }, { stdout: writable }];
}
