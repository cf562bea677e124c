// SPDX-License-Identifier: Apache-2.0
// How long a session has, from the header that a desk of many sends.
import { expect, test } from "vitest";
import { remaining, sessionOf } from "../src/desk/session";

test("the header is read, and anything else is no session", () => {
  expect(sessionOf("idle=1800 left=43195", 500)).toEqual({ idleAt: 1_800_500, leftAt: 43_195_500 });
  for (const other of [null, "", "idle=1 left=", "idle=-1 left=2", "left=1 idle=2", "idle=1 left=2 x"]) {
    expect(sessionOf(other, 0)).toBeUndefined();
  }
});

test("what ends first, and whether a use helps", () => {
  expect(remaining({ idleAt: 100, leftAt: 200 }, 40)).toEqual({ ms: 60, longer: true });
  expect(remaining({ idleAt: 300, leftAt: 200 }, 40)).toEqual({ ms: 160, longer: false });
  expect(remaining({ idleAt: 100, leftAt: 200 }, 101)).toEqual({ ms: 0, longer: true });
});
