/**
 * Compiled modules: what a module needs and offers, before there is an
 * instance of it.
 */

import { type Module, namesOf } from "../engine/mod.ts";
import {
  type FunctionDefinition,
  functionDefinitions,
  type GlobalDefinition,
  globalDefinitions,
  type MemoryDefinition,
  memoryDefinitions,
  type TableDefinition,
  tableDefinitions,
  type TagDefinition,
  tagDefinitions,
} from "./definitions.ts";

/** A custom section of a module. */
export interface CustomSection {
  /** Its name; not unique. */
  readonly name: string;
  /** A copy of its contents. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * A decoded and validated module. Any number of instances can be made of it,
 * in the runtime that compiled it and in others that allow what it uses.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   0, 97, 115, 109, 1, 0, 0, 0, // magic, version
 *   5, 3, 1, 0, 2, 7, 7, 1, 3, 114, 97, 109, 2, 0, // a memory, as "ram"
 * );
 * const compiled = new Runtime().compile(bytes);
 * console.log(compiled.exportedMemories().get("ram")!.minPages === 2);
 * ```
 */
export class CompiledModule {
  readonly #module: Module;
  readonly #keepsCustomSections: boolean;
  #isClosed = false;

  /** Made by `Runtime.compile`. */
  constructor(module: Module, keepsCustomSections = false) {
    this.#module = module;
    this.#keepsCustomSections = keepsCustomSections;
  }

  /** @internal */
  get module(): Module {
    return this.#module;
  }

  /** The name section's name of the module, or "". */
  get name(): string {
    return namesOf(this.#module).moduleName;
  }

  /** The functions that instances need, in order. */
  importedFunctions(): readonly FunctionDefinition[] {
    return functionDefinitions(this.#module).imported;
  }

  /** The functions that instances export, by name. */
  exportedFunctions(): ReadonlyMap<string, FunctionDefinition> {
    return functionDefinitions(this.#module).exported;
  }

  /** The memories that instances need, in order. */
  importedMemories(): readonly MemoryDefinition[] {
    return memoryDefinitions(this.#module).imported;
  }

  /** The memories that instances export, by name. */
  exportedMemories(): ReadonlyMap<string, MemoryDefinition> {
    return memoryDefinitions(this.#module).exported;
  }

  /** The tables that instances need, in order. */
  importedTables(): readonly TableDefinition[] {
    return tableDefinitions(this.#module).imported;
  }

  /** The tables that instances export, by name. */
  exportedTables(): ReadonlyMap<string, TableDefinition> {
    return tableDefinitions(this.#module).exported;
  }

  /** The globals that instances need, in order. */
  importedGlobals(): readonly GlobalDefinition[] {
    return globalDefinitions(this.#module).imported;
  }

  /** The globals that instances export, by name. */
  exportedGlobals(): ReadonlyMap<string, GlobalDefinition> {
    return globalDefinitions(this.#module).exported;
  }

  /** The tags that instances need, in order. */
  importedTags(): readonly TagDefinition[] {
    return tagDefinitions(this.#module).imported;
  }

  /** The tags that instances export, by name. */
  exportedTags(): ReadonlyMap<string, TagDefinition> {
    return tagDefinitions(this.#module).exported;
  }

  /**
   * The custom sections but "name", in order; none unless the runtime was
   * made with `customSections: true`.
   */
  customSections(): readonly CustomSection[] {
    if (!this.#keepsCustomSections) return [];
    const { bytes, customSections } = this.#module;
    return customSections.filter(({ name }) => name !== "name")
      .map(({ name, start, end }) => ({ name, data: bytes.slice(start, end) }));
  }

  /**
   * A copy of the module's bytes. They can be sent to a worker, which has to
   * compile them again: what another realm says to be valid is not trusted.
   */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#module.bytes.slice();
  }

  /** Whether no more instances can be made of it. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** No more instances are made of it; those there are stay. */
  close(): void {
    this.#isClosed = true;
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
