// SPDX-License-Identifier: Apache-2.0
// The part of the address after "#" names a screen; what it does not know is the first screen.
import { expect, test } from "vitest";
import { hrefOf, routeOf } from "../src/route";

test("what is made is read", () => {
  expect(routeOf(hrefOf("about"))).toEqual({ screen: "about", rest: "" });
  expect(routeOf(hrefOf("question", "00ff"))).toEqual({ screen: "question", rest: "00ff" });
  expect(routeOf(hrefOf("question", "a/b å"))).toEqual({ screen: "question", rest: "a/b å" });
});

test("nothing, something unknown and a broken escape", () => {
  expect(routeOf("").screen).toBe("build");
  expect(routeOf("#/nowhere").screen).toBe("build");
  expect(routeOf("#/question/%ff")).toEqual({ screen: "question", rest: "" });
});
