// SPDX-License-Identifier: Apache-2.0
// A real desk for what a stub does not know, the language: `rikstal page` with a key of its own and no network. And the
// questions of tests/questions, each a text that it parses; the criteria of a trial one by one.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function startDesk(program) {
  const folder = mkdtempSync(join(tmpdir(), "rikstal-web-"));
  const key = join(folder, "analyst.key");
  writeFileSync(join(folder, "roots"), execFileSync(program, ["keys", "new", "--key", key]));
  writeFileSync(join(folder, "conf"), `[rikstal]\ncoordinator = http://127.0.0.1:9\nkey = ${key}\nroots = ${join(folder, "roots")}\n`);
  const desk = spawn(program, ["page", "--no-browser", "--state", join(folder, "state.db"), "--config", join(folder, "conf")]);
  const line = await new Promise((resolve, reject) => {
    desk.stdout.once("data", (data) => resolve(String(data)));
    desk.once("exit", (code) => reject(new Error(`rikstal page ended with ${code}`)));
  });
  const [, address] = /^Page: (\S+)/.exec(line);
  const opened = await fetch(address, { redirect: "manual" });
  const cookie = opened.headers.get("set-cookie").split(";")[0];
  const base = new URL("/api/v1", address).href;
  return {
    async call(path, body) {
      const headers = { Cookie: cookie, "X-Rikstal-Desk": "1", "Content-Type": "application/json" };
      const answer = await fetch(base + path, body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) });
      return answer.json();
    },
    stop() {
      desk.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

export function questionsOf(folder) {
  const found = [];
  for (const file of readdirSync(folder).filter((one) => one.endsWith(".json")).sort()) {
    const name = file.slice(0, -".json".length);
    const { question, protocol } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    if (question) found.push({ name, text: dated(question) });
    for (const [step, criterion] of protocol ?? []) found.push({ name: `${name} ${step.split(" ")[0]}`, text: dated(criterion) });
  }
  return found;
}

function dated(text) {
  return text.replace(/\{(\d+) (day|year)s? ago\}/g, (_, n, unit) =>
    new Date(Date.UTC(2026, 10, 30) - n * (unit === "day" ? 1 : 365) * 86_400_000).toISOString().slice(0, 10));
}
