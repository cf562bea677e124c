// SPDX-License-Identifier: Apache-2.0
// The page's types name what schemas/desk.json names, no more and no less.
// @vitest-environment node
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const here = import.meta.dirname;
const places = [join(here, "../schemas/desk.json"), join(here, "../../../schemas/desk.json")];
const place = places.find(existsSync);
const types = readFileSync(join(here, "../src/desk/types.ts"), "utf8");

function membersOf(name: string): string[] {
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(types)?.[1] ?? "";
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map((one) => one[1] ?? "").sort();
}

test.runIf(place)("every schema that the page reads", () => {
  const schemas = JSON.parse(readFileSync(place ?? "", "utf8")).components.schemas as
    Record<string, { properties: Record<string, unknown> }>;
  for (const name of ["Question", "Diagnostic", "Parsed", "Completions", "Explained", "Price", "Answerer", "State", "Saved", "Asked"]) {
    const known = Object.keys(schemas[name]?.properties ?? {});
    expect(membersOf(name).filter((one) => !known.includes(one)), name).toEqual([]);
    expect(membersOf(name).length, name).toBeGreaterThan(2);
  }
});
