// A group of the specification tests as part of a bundle, where there are no
// files to read it from: `specData` makes a JSON module of it when the bundle
// is made, `testGroup` registers a test of it when the bundle is run.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { SpecCommand, SpecGroup } from "../spec/load.ts";
import { runGroup, showFailure } from "../spec/report.ts";

/** A group with its modules in base64, by name. */
export interface SpecData {
  readonly name: string;
  readonly files: readonly {
    readonly name: string;
    readonly listsFeatures: boolean;
    readonly commands: readonly SpecCommand[];
    readonly modules: Readonly<Record<string, string>>;
  }[];
}

/** All of a group, to be written as JSON. */
export function specData({ name, files }: SpecGroup): SpecData {
  return {
    name,
    files: files.map(({ name, listsFeatures, commands, bytesOf }) => {
      const filenames = commands.flatMap(({ filename }) => filename ?? []);
      const modules = Object.fromEntries(
        filenames.map((filename) => [filename, base64Of(bytesOf(filename))]),
      );
      return { name, listsFeatures, commands, modules };
    }),
  };
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Registers the test that all of the group passes. */
export function testGroup({ name, files }: SpecData): void {
  const spec = suite("spec");
  spec(`${name}: every enabled command passes`, () => {
    const report = runGroup({
      name,
      files: files.map(({ modules, ...file }) => ({
        ...file,
        bytesOf: (filename) =>
          Uint8Array.from(atob(modules[filename]), (c) => c.charCodeAt(0)),
      })),
    });
    assert.is(report.failures.slice(0, 20).map(showFailure).join("\n"), "");
    assert.ok(report.run > 0);
    assert.is(report.passed, report.run);
  });
  spec.run();
}
