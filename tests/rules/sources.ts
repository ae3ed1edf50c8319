// The sources as the rules tests see them: lists of files, and their syntax
// trees by the TypeScript compiler. Paths are relative to the repository's
// root, which is where tests run.

import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { API } from "typescript/unstable/sync";
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isStringLiteral,
  type Node,
  type SourceFile,
  SyntaxKind,
} from "typescript/unstable/ast";

/** The TypeScript files below some directories, tests' own installs left out. */
export function filesIn(...directories: string[]): string[] {
  return directories
    .filter((directory) => existsSync(directory))
    .flatMap((directory) =>
      readdirSync(directory, { recursive: true }).map((path) =>
        join(directory, String(path)).replaceAll("\\", "/")
      )
    )
    .filter((path) => path.endsWith(".ts") && !path.includes("node_modules/"))
    .sort();
}

/** What is shipped. */
export const SOURCES = filesIn("engine", "lib", "wasi")
  .concat(existsSync("mod.ts") ? "mod.ts" : []);

/** Parses all files of tsconfig.json at once and hands out their trees. */
export function parse(files: string[]): Map<string, SourceFile> {
  const api = new API();
  const project = api.updateSnapshot({ openProject: resolve("tsconfig.json") })
    .getProjects()[0];
  const trees = new Map<string, SourceFile>();
  for (const file of files) {
    const tree = project.program.getSourceFile(resolve(file));
    if (!tree) throw new Error(`tsconfig.json does not include ${file}`);
    trees.set(file, tree);
  }
  api.close();
  return trees;
}

/** Calls `visit` for every node below `node`. */
export function walk(node: Node, visit: (node: Node) => void): void {
  node.forEachChild((child) => {
    visit(child);
    walk(child, visit);
    return undefined;
  });
}

/** The line of a position, counted from 1. */
export function lineAt(tree: SourceFile, position: number): number {
  return tree.text.slice(0, position).split("\n").length;
}

/** What a file imports, in any form (static, re-export, dynamic, type): paths where relative, else the names as written. */
export function importsOf(file: string, tree: SourceFile): string[] {
  const found: string[] = [];
  const add = (specifier: Node | undefined) => {
    if (!specifier || !isStringLiteral(specifier)) return;
    const { text } = specifier;
    found.push(text.startsWith(".") ? join(dirname(file), text) : text);
  };
  walk(tree, (node) => {
    if (isImportDeclaration(node) || isExportDeclaration(node)) {
      add(node.moduleSpecifier);
    } else if (isImportTypeNode(node) && isLiteralTypeNode(node.argument)) {
      add(node.argument.literal);
    } else if (
      isCallExpression(node) &&
      node.expression.kind === SyntaxKind.ImportKeyword
    ) {
      add(node.arguments[0]);
    }
  });
  return found;
}
