// SPDX-License-Identifier: Apache-2.0
// What the reader's browser loads, packed with gzip: at most 60 KB before the text tab, 220 KB in all.
// It reads the last build; tests/web/run builds before it asks.
// @vitest-environment node
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const dist = join(import.meta.dirname, "..", "dist");

test.runIf(existsSync(dist))("first 60 KB, all 220 KB", () => {
  const packed = (path: string) => gzipSync(readFileSync(path), { level: 9 }).length;
  const assets = readdirSync(join(dist, "assets"));
  const index = readFileSync(join(dist, "index.html"), "utf8");
  const first = packed(join(dist, "index.html"))
    + assets.filter((name) => index.includes(name)).reduce((sum, name) => sum + packed(join(dist, "assets", name)), 0);
  const all = packed(join(dist, "index.html")) + assets.reduce((sum, name) => sum + packed(join(dist, "assets", name)), 0);
  console.log(`page: ${first} bytes first, ${all} in all`);
  expect(first).toBeLessThanOrEqual(60 * 1024);
  expect(all).toBeLessThanOrEqual(220 * 1024);
});

test.runIf(existsSync(dist))("the page names nothing outside itself, and has the place for the nonce", () => {
  const index = readFileSync(join(dist, "index.html"), "utf8");
  expect(index).toContain("__CSP_NONCE_OF_RESPONSE__");
  expect(index).not.toMatch(/https?:/);
  expect(index).not.toMatch(/<script(?![^>]*src=)/);
});
