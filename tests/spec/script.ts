/**
 * The interpreter of one specification script: executes its commands in order
 * against the engine's raw-bits interface and reports one result for each.
 * With `spoil` every expected value and trap text is made wrong first.
 * Threads are run where they are started, each to its end: one of the
 * interleavings that the scripts allow.
 */

import {
  callRaw,
  CompileError,
  compileModule,
  FEATURES_ALL,
  FunctionInstance,
  getGlobalRaw,
  GlobalInstance,
  instantiateModule,
  LinkError,
  Trap,
} from "../../engine/mod.ts";
import type { RawValue } from "../../engine/mod.ts";
import type { Module } from "../../engine/module.ts";
import type { Extern, ModuleInstance } from "../../engine/store.ts";
import { isEnabled } from "./features.ts";
import type { SpecAction, SpecCommand, SpecFile } from "./load.ts";
import { newSpectest } from "./spectest.ts";
import { matches, rawOf, showExpected, showRaw, spoil } from "./values.ts";

/**
 * What became of a command: "text-only" needs a parser of the text format,
 * "not enabled" a feature that the engine lacks, "left out" is optional,
 * superseded or needs two agents.
 */
export type Outcome =
  | "passed"
  | "failed"
  | "text-only"
  | "not enabled"
  | "left out";

export interface CommandResult {
  readonly command: SpecCommand;
  readonly outcome: Outcome;
  /** Whether its expectation was spoiled, so that it must fail. */
  readonly spoiled: boolean;
  readonly expected: string;
  readonly got: string;
}

export interface ScriptOptions {
  readonly group: string;
  readonly spoil: boolean;
  readonly onResult: (result: CommandResult) => void;
}

/** Scripts in which one agent waits for another. */
const TWO_AGENTS: ReadonlySet<string> = new Set(["wait_notify"]);
const OPTIONAL: ReadonlySet<string> = new Set([
  "assert_malformed_custom",
  "assert_invalid_custom",
]);

/** Commands that later ones build on. */
const DECLARING: ReadonlySet<string> = new Set([
  "module",
  "module_definition",
  "module_instance",
  "register",
]);
const EVERY_FEATURE = 0x7fffffff;

/** Thrown where a command did not do what it should. */
class Mismatch extends Error {
  readonly expected: string;
  readonly got: string;

  constructor(expected: string, got: string) {
    super(`expected ${expected}, got ${got}`);
    this.expected = expected;
    this.got = got;
  }
}

/** Thrown where a command depends on a module that is not enabled. */
class NotEnabled extends Error {}

/** What a name stands for: undefined where its module is not enabled. */
interface Named<T> {
  readonly value: T | undefined;
}

/** The names that the commands of one thread see. */
class Scope {
  readonly registry: Map<string, Named<Map<string, Extern>>> = new Map();
  readonly instances: Map<string, Named<ModuleInstance>> = new Map();
  readonly definitions: Map<string, Named<Module>> = new Map();
  instance: Named<ModuleInstance> | undefined = undefined;
  definition: Named<Module> | undefined = undefined;

  constructor() {
    this.registry.set("spectest", { value: newSpectest() });
  }
}

/** Runs all commands of `file`. */
export function runScript(file: SpecFile, options: ScriptOptions): void {
  new Script(file, options).run(file.commands, new Scope());
}

class Script {
  readonly #file: SpecFile;
  readonly #options: ScriptOptions;

  constructor(file: SpecFile, options: ScriptOptions) {
    this.#file = file;
    this.#options = options;
  }

  run(commands: readonly SpecCommand[], scope: Scope): void {
    for (const command of commands) this.#step(command, scope);
  }

  #step(command: SpecCommand, scope: Scope): void {
    const report = (outcome: Outcome, expected = "", got = "") =>
      this.#options.onResult({
        command,
        outcome,
        spoiled: this.#options.spoil && canBeSpoiled(command),
        expected,
        got,
      });
    if (command.type === "thread") this.#runThread(command, scope);
    const apart = this.#setApart(command);
    if (apart !== undefined) {
      if (apart === "not enabled") this.#prepare(command, scope);
      return report(apart);
    }
    try {
      this.#execute(command, scope);
      report("passed");
    } catch (error) {
      if (error instanceof NotEnabled) {
        forget(command, scope);
        report("not enabled");
      } else if (error instanceof Mismatch) {
        report("failed", error.expected, error.got);
      } else {
        report("failed", "", showError(error));
      }
    }
  }

  /** Why a command is not run, or undefined. */
  #setApart(command: SpecCommand): Outcome | undefined {
    if (command.module_type === "text") return "text-only";
    if (!isEnabled(this.#options.group, command)) return "not enabled";
    const leftOut = OPTIONAL.has(command.type) ||
      command.superseded_by !== undefined ||
      this.#options.group === "proposal-threads" &&
        TWO_AGENTS.has(this.#file.name);
    return leftOut ? "left out" : undefined;
  }

  /**
   * Does what it can of a command that is not enabled, uncounted: enabled
   * ones may need its module, as those of `imports` do a module with a tag.
   */
  #prepare(command: SpecCommand, scope: Scope): void {
    if (!DECLARING.has(command.type)) return;
    try {
      this.#execute(command, scope, EVERY_FEATURE);
    } catch {
      forget(command, scope);
    }
  }

  #runThread(command: SpecCommand, scope: Scope): void {
    const inner = new Scope();
    const shared = command.shared_module;
    const instance = shared === undefined
      ? undefined
      : scope.instances.get(shared);
    if (instance) inner.instances.set(shared ?? "", instance);
    this.run(command.commands ?? [], inner);
  }

  #execute(
    command: SpecCommand,
    scope: Scope,
    features: number = FEATURES_ALL,
  ): void {
    switch (command.type) {
      case "module":
        this.#define(command, scope, features);
        return this.#setInstance(command.name, this.#newest(scope), scope);
      case "module_definition":
        return this.#define(command, scope, features);
      case "module_instance": {
        const module = definitionNamed(command.module, scope);
        const instance = instantiate(module, scope);
        return this.#setInstance(command.instance, instance, scope);
      }
      case "register": {
        const { exports } = instanceNamed(command.name, scope);
        scope.registry.set(command.as ?? "", { value: exports });
        return;
      }
      case "thread":
      case "wait":
        return;
      case "action":
      case "assert_return":
        return this.#assertReturn(command, scope);
      case "assert_trap":
      case "assert_exhaustion":
        return this.#assertThrows(command, Trap, () => act(command, scope));
      case "assert_exception":
        return assertException(command, scope);
      case "assert_invalid":
      case "assert_malformed":
        return this.#assertRejected(command);
      case "assert_unlinkable":
      case "assert_uninstantiable":
        return this.#assertNotInstantiated(command, scope);
      default:
        throw new Mismatch("a known command", command.type);
    }
  }

  #bytes(command: SpecCommand): Uint8Array {
    return this.#file.bytesOf(command.filename ?? "");
  }

  #compile(command: SpecCommand, features: number = FEATURES_ALL): Module {
    try {
      return compileModule(this.#bytes(command), features);
    } catch (error) {
      const isOff = !this.#file.listsFeatures &&
        error instanceof CompileError &&
        /feature ".*" is disabled/.test(error.message);
      throw isOff ? new NotEnabled() : error;
    }
  }

  #define(command: SpecCommand, scope: Scope, features: number): void {
    scope.definition = undefined;
    if (command.type === "module") scope.instance = undefined;
    const definition = { value: this.#compile(command, features) };
    scope.definition = definition;
    if (command.name) scope.definitions.set(command.name, definition);
  }

  #newest(scope: Scope): ModuleInstance {
    return instantiate(definitionNamed(undefined, scope), scope);
  }

  #setInstance(
    name: string | undefined,
    instance: ModuleInstance,
    scope: Scope,
  ): void {
    scope.instance = { value: instance };
    if (name) scope.instances.set(name, scope.instance);
  }

  #assertReturn(command: SpecCommand, scope: Scope): void {
    let expected = command.expected ?? [];
    if (this.#options.spoil && canBeSpoiled(command)) {
      const victim = command.line % expected.length;
      expected = expected.map((value, index) =>
        index === victim ? spoil(value, command.line) : value
      );
    }
    const got = act(command, scope);
    const right = got.length === expected.length &&
      expected.every((value, index) => matches(value, got[index]));
    if (right) return;
    throw new Mismatch(
      `[${expected.map(showExpected).join(", ")}]`,
      `[${got.map(showRaw).join(", ")}]`,
    );
  }

  #assertThrows(
    command: SpecCommand,
    kind: typeof Trap | typeof LinkError,
    body: () => unknown,
  ): void {
    const text = this.#textOf(command);
    const expected = `${kind.name} "${text}"`;
    try {
      body();
    } catch (error) {
      if (error instanceof NotEnabled) throw error;
      if (error instanceof kind && saysText(error.message, text)) return;
      throw new Mismatch(expected, showError(error));
    }
    throw new Mismatch(expected, "nothing thrown");
  }

  #textOf(command: SpecCommand): string {
    const text = command.text ?? "";
    if (!this.#options.spoil) return text;
    return text === "unreachable" ? "integer overflow" : "unreachable";
  }

  #assertRejected(command: SpecCommand): void {
    const expected = `CompileError "${command.text}"`;
    try {
      compileModule(this.#bytes(command));
    } catch (error) {
      if (error instanceof CompileError) return;
      throw new Mismatch(expected, showError(error));
    }
    throw new Mismatch(expected, "the module was accepted");
  }

  #assertNotInstantiated(command: SpecCommand, scope: Scope): void {
    const module = command.filename
      ? this.#compile(command)
      : definitionNamed(command.module, scope);
    const kind = command.type === "assert_unlinkable" ? LinkError : Trap;
    this.#assertThrows(command, kind, () => instantiate(module, scope));
  }
}

/** Whether a spoiled expectation of this command must make it fail. */
function canBeSpoiled(command: SpecCommand): boolean {
  switch (command.type) {
    case "assert_return":
      return (command.expected ?? []).length > 0;
    case "assert_trap":
    case "assert_exhaustion":
    case "assert_unlinkable":
    case "assert_uninstantiable":
      return true;
  }
  return false;
}

/** Makes what a command would have named unusable: it is not enabled. */
function forget(command: SpecCommand, scope: Scope): void {
  const nothing = { value: undefined };
  const { type, name } = command;
  if (type === "module" || type === "module_definition") {
    scope.definition = nothing;
    if (name) scope.definitions.set(name, nothing);
  }
  if (type === "module" || type === "module_instance") {
    const known = type === "module" ? name : command.instance;
    scope.instance = nothing;
    if (known) scope.instances.set(known, nothing);
  }
  if (type === "register") scope.registry.set(command.as ?? "", nothing);
}

function valueOf<T>(named: Named<T> | undefined, what: string): T {
  if (named === undefined) throw new Mismatch(what, "none");
  if (named.value === undefined) throw new NotEnabled();
  return named.value;
}

function definitionNamed(name: string | undefined, scope: Scope): Module {
  const named = name ? scope.definitions.get(name) : scope.definition;
  return valueOf(named, `a definition ${name ?? ""}`);
}

function instanceNamed(
  name: string | undefined,
  scope: Scope,
): ModuleInstance {
  const named = name ? scope.instances.get(name) : scope.instance;
  return valueOf(named, `an instance ${name ?? ""}`);
}

function instantiate(module: Module, scope: Scope): ModuleInstance {
  for (const { module: from } of module.imports) {
    const registered = scope.registry.get(from);
    if (registered && !registered.value) throw new NotEnabled();
  }
  return instantiateModule(
    module,
    (from, name) => scope.registry.get(from)?.value?.get(name),
  );
}

function act(command: SpecCommand, scope: Scope): RawValue[] {
  const action = command.action as SpecAction;
  const instance = instanceNamed(action.module, scope);
  const extern = instance.exports.get(action.field);
  if (action.type === "get") {
    if (extern instanceof GlobalInstance) return [getGlobalRaw(extern)];
    throw new Mismatch(`a global ${action.field}`, "none");
  }
  if (extern instanceof FunctionInstance) {
    return callRaw(extern, (action.args ?? []).map(rawOf));
  }
  throw new Mismatch(`a function ${action.field}`, "none");
}

function assertException(command: SpecCommand, scope: Scope): void {
  const expected = "an uncaught exception";
  try {
    act(command, scope);
  } catch (error) {
    if (error instanceof NotEnabled) throw error;
    if (error instanceof Error && error.name === "WasmException") return;
    throw new Mismatch(expected, showError(error));
  }
  throw new Mismatch(expected, "nothing thrown");
}

/**
 * Whether a message says a script's text: its first line is the text, or the
 * text and details after a colon, or the text less its last detail
 * («uninitialized element 2»).
 */
export function saysText(message: string, text: string): boolean {
  const line = message.split("\n", 1)[0];
  return line === text || line.startsWith(`${text}: `) ||
    line !== "" && text.startsWith(`${line} `);
}

function showError(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const known = error instanceof Trap || error instanceof CompileError ||
    error instanceof LinkError || error instanceof Mismatch;
  if (known) return `${error.name} "${error.message.split("\n", 1)[0]}"`;
  return error.stack ?? String(error);
}
