/**
 * What a module imports and exports, as data: types, limits, names, and where
 * each stands in its index space. Made from the decoded module when asked.
 */

import {
  exportNamesOf,
  ExternKind,
  functionNameOf,
  type GlobalType,
  type MemoryType,
  type Module,
  namesOf,
  type TableType,
  type TypeId,
  typeName,
  typeOf,
  type ValueType,
} from "../engine/mod.ts";

/** Where an imported thing comes from. */
export interface ImportName {
  /** The name of the module that it is imported from. */
  readonly module: string;
  /** Its name there. */
  readonly name: string;
}

/** What functions, memories, tables, globals and tags have in common. */
export interface ExternDefinition {
  /** The module's name from its name section, or "". */
  readonly moduleName: string;
  /** Its index among its kind, imports first. */
  readonly index: number;
  /** Undefined for what the module defines itself. */
  readonly import: ImportName | undefined;
  /** The names it is exported by, in order; perhaps none. */
  readonly exportNames: readonly string[];
}

/** A function of a module. */
export interface FunctionDefinition extends ExternDefinition {
  /** From the name section, else one that it is exported by, else "". */
  readonly name: string;
  /** For people: `module.name`, or `module.$index` where it has no name. */
  readonly debugName: string;
  /** The parameters' types, such as `i32` or `(ref null func)`. */
  readonly paramTypes: readonly string[];
  /** From the name section; undefined unless it names all parameters. */
  readonly paramNames: readonly string[] | undefined;
  /** The results' types. */
  readonly resultTypes: readonly string[];
  /** Of a host function that was defined with such names. */
  readonly resultNames: readonly string[] | undefined;
}

/** A memory of a module, its limits in pages of 64 KiB. */
export interface MemoryDefinition extends ExternDefinition {
  /** Pages at the start. */
  readonly minPages: number;
  /** Pages it can grow to; undefined where the module does not say. */
  readonly maxPages: number | undefined;
  /** Whether it is shared between threads. */
  readonly shared: boolean;
}

/** A table of a module, its limits in elements. */
export interface TableDefinition extends ExternDefinition {
  /** The elements' type, such as `funcref`. */
  readonly elementType: string;
  /** Elements at the start. */
  readonly min: number;
  /** Elements it can grow to; undefined where the module does not say. */
  readonly max: number | undefined;
}

/** A global of a module. */
export interface GlobalDefinition extends ExternDefinition {
  /** Its value's type, such as `i32`. */
  readonly type: string;
  /** Whether its value can change. */
  readonly mutable: boolean;
}

/** A tag of a module: a kind of exception. */
export interface TagDefinition extends ExternDefinition {
  /** The types of what an exception carries. */
  readonly paramTypes: readonly string[];
}

/** All definitions of one kind. */
export interface DefinitionsOf<D> {
  /** Those that the module imports, in order. */
  readonly imported: readonly D[];
  /** Those that it exports, by name. */
  readonly exported: ReadonlyMap<string, D>;
}

/** The functions that a module imports or exports. */
export function functionDefinitions(
  module: Module,
): DefinitionsOf<FunctionDefinition> {
  return collect(module, ExternKind.Func, functionDefinition);
}

/** A function that the module defines, by its index. */
export function functionDefinition(
  module: Module,
  index: number,
): FunctionDefinition {
  const common = commonOf(module, ExternKind.Func, index);
  const { params, results } = typeOf(module.functions[index]);
  const name = functionNameOf(module, index) ?? "";
  return {
    ...common,
    name,
    debugName: `${common.moduleName}.${name || `$${index}`}`,
    paramTypes: params.map(typeName),
    paramNames: paramNames(module, index, params),
    resultTypes: results.map(typeName),
    resultNames: undefined,
  };
}

function paramNames(
  module: Module,
  index: number,
  params: readonly ValueType[],
): readonly string[] | undefined {
  const locals = namesOf(module).locals(index);
  const names = params.map((_, i) => locals?.get(i));
  return names.includes(undefined) ? undefined : names as string[];
}

/** The memories that a module imports or exports. */
export function memoryDefinitions(
  module: Module,
): DefinitionsOf<MemoryDefinition> {
  return collect(module, ExternKind.Memory, (module, index) => {
    const { min, max, shared }: MemoryType = module.memories[index];
    return {
      ...commonOf(module, ExternKind.Memory, index),
      minPages: min,
      maxPages: max,
      shared,
    };
  });
}

/** The tables that a module imports or exports. */
export function tableDefinitions(
  module: Module,
): DefinitionsOf<TableDefinition> {
  return collect(module, ExternKind.Table, (module, index) => {
    const { element, min, max }: TableType = module.tables[index];
    return {
      ...commonOf(module, ExternKind.Table, index),
      elementType: typeName(element),
      min,
      max,
    };
  });
}

/** The globals that a module imports or exports. */
export function globalDefinitions(
  module: Module,
): DefinitionsOf<GlobalDefinition> {
  return collect(module, ExternKind.Global, (module, index) => {
    const { type, mutable }: GlobalType = module.globals[index];
    return {
      ...commonOf(module, ExternKind.Global, index),
      type: typeName(type),
      mutable,
    };
  });
}

/** The tags that a module imports or exports. */
export function tagDefinitions(module: Module): DefinitionsOf<TagDefinition> {
  return collect(module, ExternKind.Tag, (module, index) => {
    const type: TypeId = module.tags[index];
    return {
      ...commonOf(module, ExternKind.Tag, index),
      paramTypes: typeOf(type).params.map(typeName),
    };
  });
}

function collect<D extends ExternDefinition>(
  module: Module,
  kind: ExternKind,
  define: (module: Module, index: number) => D,
): DefinitionsOf<D> {
  const imported: D[] = module.imports.filter((entry) => entry.kind === kind)
    .map(({ module: from, name }, index) => ({
      ...define(module, index),
      import: { module: from, name },
    }));
  const byIndex = [...imported];
  const exported = new Map<string, D>();
  for (const { name, kind: its, index } of module.exports) {
    if (its !== kind) continue;
    exported.set(name, byIndex[index] ??= define(module, index));
  }
  return { imported, exported };
}

/** Of what the module defines. */
function commonOf(
  module: Module,
  kind: ExternKind,
  index: number,
): ExternDefinition {
  return {
    moduleName: namesOf(module).moduleName,
    index,
    import: undefined,
    exportNames: exportNamesOf(module)[kind][index] ?? [],
  };
}
