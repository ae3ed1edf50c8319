/**
 * Instantiation: imports are matched against their declared types, the module
 * instance is allocated and initialised in the order of the specification
 * («Instantiation»). What a failed instantiation wrote before it failed stays
 * written.
 */

import type { FunctionTable } from "./code.ts";
import { ConstEvaluator } from "./constexpr.ts";
import { LinkError, printable, Trap } from "./errors.ts";
import { lazyBy } from "./lazy.ts";
import { MAX_PAGES, MemoryInstance, type MemoryPolicy } from "./memory.ts";
import {
  type ElementSegment,
  EXTERN_KIND_NAMES,
  ExternKind,
  type GlobalType,
  type Import,
  INDEX_SPACES,
  Limits,
  type MemoryType,
  MODE_ACTIVE,
  MODE_DECLARED,
  MODE_PASSIVE,
  type Module,
  type TableType,
} from "./module.ts";
import {
  type ElementBudget,
  type Extern,
  FunctionInstance,
  GlobalInstance,
  ModuleInstance,
  type Ref,
  TableInstance,
  TagInstance,
} from "./store.ts";
import { invoke, newBase, newFunctionTable } from "./thread.ts";
import { globalWordOffsets } from "./translate.ts";
import { TrapCode } from "./trap.ts";
import {
  isSubtype,
  signatureName,
  type TypeId,
  typeName,
  typeOf,
} from "./types.ts";

/** Gives what a module imports, or undefined. */
export type Resolve = (
  moduleName: string,
  name: string,
  kind: ExternKind,
) => Extern | undefined;

/** What the embedder allows an instance. */
export interface InstanceLimits {
  /** Pages that each memory may have. */
  readonly memoryPages?: number;
  /** Elements that its tables may have together. */
  readonly tableElements?: number;
  readonly memoryPolicy?: MemoryPolicy;
  /** Frames of a call from the host. */
  readonly callDepth?: number;
}

const functionTableOf: (module: Module) => FunctionTable =
  /* @__PURE__ */ lazyBy((module: Module) => newFunctionTable(module));
let lastInstanceId = 0;

/** What is done at points of an instantiation. */
export interface InstantiateHooks {
  /** Gets the instance before any of its code runs. */
  readonly onAllocated?: (instance: ModuleInstance) => void;
  /** Runs the start function; where left out, to its end. */
  readonly runStart?: (callee: FunctionInstance) => void;
}

/** Instantiates a module and runs its start function. */
export function instantiate(
  module: Module,
  resolve: Resolve,
  limits: InstanceLimits = {},
  { onAllocated, runStart = invokeStart }: InstantiateHooks = {},
): ModuleInstance {
  const imports = module.imports.map((entry) => matchImport(entry, resolve));
  const instance = allocate(module, imports, limits);
  onAllocated?.(instance);
  const evaluator = new ConstEvaluator(instance);
  initGlobals(instance, evaluator);
  initTables(instance, evaluator);
  fillExports(instance);
  initSegments(instance, evaluator);
  if (module.start >= 0) runStart(instance.functionAt(module.start));
  return instance;
}

function invokeStart(callee: FunctionInstance): void {
  invoke(callee, newBase());
}

// Imports

function matchImport(entry: Import, resolve: Resolve): Extern {
  const { module, name, kind } = entry;
  const extern = resolve(module, name, kind);
  const what = printable(`${module}.${name}`);
  if (extern === undefined) throw new LinkError(`unknown import: ${what}`);
  const fault = mismatch(entry, extern);
  if (fault !== "") {
    throw new LinkError(`incompatible import type: ${what}: ${fault}`);
  }
  return extern;
}

/** The kind of an extern. */
export function kindOf(extern: Extern): ExternKind {
  if (extern instanceof FunctionInstance) return ExternKind.Func;
  if (extern instanceof TableInstance) return ExternKind.Table;
  if (extern instanceof MemoryInstance) return ExternKind.Memory;
  if (extern instanceof GlobalInstance) return ExternKind.Global;
  return ExternKind.Tag;
}

/** Why `extern` does not fit the import, or "". */
function mismatch({ kind, type }: Import, extern: Extern): string {
  const found = kindOf(extern);
  if (found !== kind) {
    return `expected a ${EXTERN_KIND_NAMES[kind]}, ` +
      `found a ${EXTERN_KIND_NAMES[found]}`;
  }
  if (extern instanceof FunctionInstance) {
    return functionMismatch(type as TypeId, extern);
  }
  if (extern instanceof TableInstance) {
    return tableMismatch(type as TableType, extern);
  }
  if (extern instanceof MemoryInstance) {
    return memoryMismatch(type as MemoryType, extern);
  }
  if (extern instanceof GlobalInstance) {
    return globalMismatch(type as GlobalType, extern.type);
  }
  return type === extern.type.id ? "" : "tag types differ";
}

function functionMismatch(expected: TypeId, { typeId }: FunctionInstance) {
  return typeId === expected
    ? ""
    : `expected ${signatureName(expected)}, found ${signatureName(typeId)}`;
}

function tableMismatch(expected: TableType, table: TableInstance): string {
  const { element, is64, max } = table.type;
  if (element !== expected.element) {
    return `expected ${typeName(expected.element)}, found ${typeName(element)}`;
  }
  if (is64 !== expected.is64) return "index types differ";
  return limitsMismatch(expected.min, expected.max, table.length, max);
}

function memoryMismatch(expected: MemoryType, memory: MemoryInstance): string {
  const { shared, is64, max } = memory.type;
  if (shared !== expected.shared) return "one is shared, the other is not";
  if (is64 !== expected.is64) return "address types differ";
  return limitsMismatch(expected.min, expected.max, memory.pageCount, max);
}

function limitsMismatch(
  expectedMin: number,
  expectedMax: number | undefined,
  size: number,
  max: number | undefined,
): string {
  if (size < expectedMin) {
    return `minimum size mismatch: ${expectedMin} > ${size}`;
  }
  if (expectedMax === undefined) return "";
  if (max === undefined) {
    return `maximum size mismatch: ${expectedMax}, but actual has no max`;
  }
  return max <= expectedMax
    ? ""
    : `maximum size mismatch: ${expectedMax} < ${max}`;
}

function globalMismatch(expected: GlobalType, found: GlobalType): string {
  if (expected.mutable !== found.mutable) {
    return `mutability mismatch: ${expected.mutable} != ${found.mutable}`;
  }
  const fits = expected.mutable
    ? found.type === expected.type
    : isSubtype(found.type, expected.type);
  return fits
    ? ""
    : `expected ${typeName(expected.type)}, found ${typeName(found.type)}`;
}

// Allocation

function allocate(
  module: Module,
  imports: readonly Extern[],
  limits: InstanceLimits,
): ModuleInstance {
  const functionTable = functionTableOf(module);
  const wordOffsets = globalWordOffsets(module);
  const words = wordOffsets[module.globals.length];
  const instance = new ModuleInstance(functionTable, ++lastInstanceId, words);
  instance.maxCallDepth = limits.callDepth ?? Infinity;
  addImports(instance, imports);
  addDefinitions(instance, wordOffsets, limits);
  return instance;
}

function addImports(instance: ModuleInstance, imports: readonly Extern[]) {
  let functions = 0;
  for (const extern of imports) {
    const space: unknown[] = instance[INDEX_SPACES[kindOf(extern)]];
    if (space === instance.functions) space[functions++] = extern;
    else space.push(extern);
  }
}

function addDefinitions(
  instance: ModuleInstance,
  wordOffsets: Int32Array,
  limits: InstanceLimits,
): void {
  const { module } = instance;
  const { tableElements = Limits.tableElements } = limits;
  const budget = { left: tableElements };
  for (const type of module.tables.slice(module.importedTables)) {
    instance.tables.push(newTable(type, budget));
  }
  for (const type of module.memories.slice(module.importedMemories)) {
    instance.memories.push(newMemory(type, limits));
  }
  for (let i = module.importedGlobals; i < module.globals.length; i++) {
    instance.globals.push(
      new GlobalInstance(
        module.globals[i],
        instance.globalWords,
        wordOffsets[i],
      ),
    );
  }
  for (const type of module.tags.slice(module.importedTags)) {
    instance.tags.push(new TagInstance(typeOf(type)));
  }
}

function newTable(type: TableType, budget: ElementBudget): TableInstance {
  if (type.min > budget.left) {
    throw new LinkError(
      `table of ${type.min} elements is over the limit of ${budget.left}`,
    );
  }
  return new TableInstance(type, null, budget);
}

function newMemory(
  type: MemoryType,
  { memoryPages = MAX_PAGES, memoryPolicy }: InstanceLimits,
): MemoryInstance {
  try {
    return new MemoryInstance(type, memoryPages, memoryPolicy);
  } catch (error) {
    throw new LinkError(`memory of ${type.min} pages: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// Initialisation

function initGlobals(instance: ModuleInstance, evaluator: ConstEvaluator) {
  const { module, globals } = instance;
  for (let i = module.importedGlobals; i < globals.length; i++) {
    evaluator.initGlobal(globals[i], module.globalInits[i]!);
  }
}

function initTables(instance: ModuleInstance, evaluator: ConstEvaluator) {
  instance.module.tableInits.forEach((init, i) => {
    if (init === undefined) return;
    const table = instance.tables[i];
    table.fill(0, evaluator.value(init.start), table.length);
  });
}

function fillExports(instance: ModuleInstance): void {
  for (const { name, kind, index } of instance.module.exports) {
    // Functions are made when they are first asked for.
    if (kind === ExternKind.Func) instance.functionAt(index);
    instance.exports.set(name, instance[INDEX_SPACES[kind]][index]!);
  }
}

function initSegments(instance: ModuleInstance, evaluator: ConstEvaluator) {
  const { module } = instance;
  for (const segment of module.elements) {
    instance.elements.push(
      segment.mode === MODE_DECLARED
        ? undefined
        : elementsOf(instance, segment, evaluator),
    );
  }
  for (const { start, end } of module.data) {
    instance.data.push(module.bytes.subarray(start, end));
  }
  module.elements.forEach(({ mode, table, offset }, i) => {
    if (mode !== MODE_ACTIVE) return;
    writeElements(
      instance.tables[table],
      evaluator.offset(offset!),
      instance.elements[i]!,
    );
    instance.elements[i] = undefined;
  });
  module.data.forEach(({ mode, memory, offset }, i) => {
    if (mode === MODE_PASSIVE) return;
    writeData(
      instance.memories[memory],
      evaluator.offset(offset!),
      instance.data[i],
    );
    instance.data[i] = instance.data[i].subarray(0, 0);
  });
}

function elementsOf(
  instance: ModuleInstance,
  { items, hasExpressions }: ElementSegment,
  evaluator: ConstEvaluator,
): readonly Ref[] {
  return items.map((item) =>
    hasExpressions ? evaluator.value(item) : instance.functionAt(item)
  );
}

function writeElements(
  table: TableInstance,
  offset: number,
  refs: readonly Ref[],
): void {
  if (offset + refs.length > table.length) {
    throw new Trap(TrapCode.TableOutOfBounds);
  }
  table.copyFrom(refs, 0, offset, refs.length);
}

function writeData(
  memory: MemoryInstance,
  offset: number,
  bytes: Uint8Array,
): void {
  if (offset + bytes.length > memory.byteLength) {
    throw new Trap(TrapCode.MemoryOutOfBounds);
  }
  memory.bytes.set(bytes, offset);
}
