// What embedders write under the strictest options of the compiler. It is not
// run: package_test.ts checks it against the types that are published.

import { MemoryFS, packTar, run, type RunOptions, Runtime } from "../../mod.ts";

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
