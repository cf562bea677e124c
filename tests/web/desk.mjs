// SPDX-License-Identifier: Apache-2.0
// A real desk for what a stub does not know, the language: `rikstal page` with a key of its own and no network. And the
// questions of tests/questions, each a text that it parses; the criteria of a trial one by one.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
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

// `rikstal desk serve` in this language, whose provider does not answer.
export async function startHouse(program, language) {
  const folder = mkdtempSync(join(tmpdir(), "rikstal-house-"));
  const at = (name) => join(folder, name);
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
  const address = `http://127.0.0.1:${port}`;
  writeFileSync(at("roots"), `rikstal-roots-v1 1\n${execFileSync(program, ["keys", "new", "--key", at("root.key")])}`);
  execFileSync(program, ["keys", "organisation", "new", "--organisation-key", at("organisation.key")]);
  writeFileSync(at("mapping"), "id sub\nname name\nrole national-analyst when groups is analysts\n");
  writeFileSync(at("conf"), `[desk]\naddress = ${address}\nlisten = 127.0.0.1:${port}\nstate = state\nlanguage = ${language}\n` +
    "[network]\ncoordinator = http://127.0.0.1:9\nroots = roots\norganisation = gms\nkey = organisation.key\n" +
    "[provider]\nissuer = http://127.0.0.1:9\nclient = rikstal\nscopes = openid\nmapping = mapping\n");
  const house = spawn(program, ["desk", "serve", "--config", at("conf")]);
  await new Promise((resolve, reject) => {
    house.stdout.once("data", resolve);
    house.once("exit", (code) => reject(new Error(`rikstal desk serve ended with ${code}`)));
  });
  return {
    address,
    stop() {
      house.kill();
      rmSync(folder, { recursive: true });
    },
  };
}
