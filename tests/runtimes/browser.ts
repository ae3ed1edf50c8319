// Chromium without a driver: it is started on a page, or with an extension,
// that posts what came of it to a server of ours. `CHROMIUM` may name the
// program; else it is looked for on the path.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, extname, join } from "node:path";
import process from "node:process";

const NAMES = ["chromium", "chromium-browser"];
const MAX_MS = 120_000;

/** What a page may load and run: its own files, nothing else. */
const POLICY = "default-src 'self'; script-src 'self'";

const MEDIA_TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
};

/** The program, if there is one. */
export const chromium: string | undefined = process.env.CHROMIUM ??
  (process.env.PATH ?? "").split(delimiter)
    .flatMap((directory) => NAMES.map((name) => join(directory, name)))
    .find((path) => existsSync(path));

/**
 * Serves a directory, starts Chromium, and gives what is posted to /result.
 * @param flags further arguments, given the server's origin
 */
export async function runInChromium(
  directory: string,
  flags: (origin: string) => readonly string[],
): Promise<unknown> {
  let posted: (text: string) => void;
  const result = new Promise<string>((resolve) => posted = resolve);
  const server = createServer((request, response) => {
    if (request.method !== "POST") {
      return answer(response, join(directory, request.url ?? ""));
    }
    const pieces: Uint8Array[] = [];
    request.on("data", (piece: Uint8Array) => pieces.push(piece));
    request.on("end", () => {
      response.end();
      posted(Buffer.concat(pieces).toString());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const child = spawn(chromium!, [
    "--headless=new",
    "--no-sandbox", // containers have no namespaces to give; all code is ours
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    `--user-data-dir=${profile}`,
    ...flags(`http://127.0.0.1:${port}`),
  ], { stdio: ["ignore", "ignore", "pipe"], detached: true });
  const kill = () => process.kill(-child.pid!, "SIGKILL"); // it has children
  process.once("exit", kill);
  let log = "";
  child.stderr.on("data", (piece) => log = (log + piece).slice(-4000));
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => resolve())
  );
  let timer: NodeJS.Timeout | undefined;
  try {
    return JSON.parse(
      await Promise.race([
        result,
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error(`late: ${log}`)), MAX_MS);
          child.once("error", reject);
          ended.then(() => reject(new Error(`chromium ended: ${log}`)));
        }),
      ]),
    );
  } finally {
    clearTimeout(timer);
    process.off("exit", kill);
    if (child.exitCode === null && child.pid !== undefined) kill();
    await ended;
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 9 });
  }
}

function answer(response: ServerResponse, path: string): void {
  const type = MEDIA_TYPES[extname(path)];
  if (type === undefined || !existsSync(path)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "content-type": type,
    "content-security-policy": POLICY,
  }).end(readFileSync(path));
}
