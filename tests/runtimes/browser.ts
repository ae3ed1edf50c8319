// Browsers without a driver: one is started on a page, or with an extension,
// that posts what came of it to a server of ours. `CHROMIUM` and `FIREFOX` may
// name the programs; else they are looked for on the path.

import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, extname, join } from "node:path";
import process from "node:process";

const MAX_MS = 120_000;

/** What a page may load and run: its own files, nothing else. */
const POLICY = "default-src 'self'; script-src 'self'";

const MEDIA_TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
};

/** A program, and how it is started with a new profile and nothing to see. */
export interface Browser {
  readonly path: string;
  readonly flags: (profile: string) => readonly string[];
}

export const chromium: Browser | undefined = browser(
  "CHROMIUM",
  ["chromium", "chromium-browser"],
  (profile) => [
    "--headless=new",
    "--no-sandbox", // containers have no namespaces to give; all code is ours
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    `--user-data-dir=${profile}`,
  ],
);

export const firefox: Browser | undefined = browser(
  "FIREFOX",
  ["firefox", "firefox-esr"],
  (profile) => {
    // On some virtual machines its code for floats takes 50 times as long with
    // AVX, which this turns off, that of JavaScript too.
    const preference = `user_pref("javascript.options.wasm_simd_avx", false);`;
    writeFileSync(join(profile, "user.js"), preference);
    return ["--headless", "--no-remote", "--profile", profile];
  },
);

/** The program that a variable names, or one of these names on the path. */
function browser(
  variable: string,
  names: readonly string[],
  flags: Browser["flags"],
): Browser | undefined {
  const path = process.env[variable] ??
    (process.env.PATH ?? "").split(delimiter)
      .flatMap((directory) => names.map((name) => join(directory, name)))
      .find((path) => existsSync(path));
  return path === undefined ? undefined : { path, flags };
}

/**
 * Serves a directory, starts a browser, and gives what is posted to /result.
 * @param args further arguments, given the server's origin
 */
export async function runInBrowser(
  { path, flags }: Browser,
  directory: string,
  args: (origin: string) => readonly string[],
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
  const profile = mkdtempSync(join(tmpdir(), "browser-"));
  const child = spawn(
    path,
    [...flags(profile), ...args(`http://127.0.0.1:${port}`)],
    { stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
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
          ended.then(() => reject(new Error(`${path} ended: ${log}`)));
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
