// A file system whose every answer is a Promise, over another one, counting
// the handles that are open.

import type {
  Directory,
  File,
  FileSystem,
  Handle,
} from "../../../lib/world.ts";

export class SlowFS implements FileSystem {
  openCount = 0;
  readonly #fs: FileSystem;

  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  root(): Directory {
    return this.#wrap(this.#fs.root());
  }

  #wrap<H extends Handle>(handle: H): H {
    this.openCount++;
    const proxy = new Proxy(handle, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key, target);
        if (key === "direct") return undefined;
        if (typeof member !== "function") return member;
        const method = member as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => this.#answer(target, method, args, key);
      },
    });
    TARGETS.set(proxy, handle);
    return proxy;
  }

  async #answer(
    target: object,
    method: (...args: unknown[]) => unknown,
    args: unknown[],
    key: string | symbol,
  ): Promise<unknown> {
    await Promise.resolve();
    if (key === "close") this.openCount--;
    const answer = await method.apply(target, args.map(unwrap));
    const opens = ["open", "openDirectory", "reopen"].includes(String(key));
    if (!opens || typeof answer === "number") return answer;
    return this.#wrap(answer as File | Directory);
  }
}

const TARGETS = new WeakMap<object, object>();

function unwrap(value: unknown): unknown {
  return typeof value === "object" && value !== null
    ? TARGETS.get(value) ?? value
    : value;
}
