// SPDX-License-Identifier: Apache-2.0
// A desk of one process for the tests of the page: the built files behind the headers of the real
// desk, and /api/v1 (schemas/desk.json) with figures that are made up. It parses nothing: it knows
// the texts that it has printed itself and a few more; or asks `state.desk`, a real one (desk.mjs).
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { answerOf } from "./stub_answers.mjs";
import { boardOf, budgetOf, languageTables, person, regions } from "./stub_facts.mjs";
import { known, printed } from "./stub_language.mjs";

const kinds = { ".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8" };

function policy(nonce) {
  return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce + "'; "
    + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    + "frame-ancestors 'none'; require-trusted-types-for 'script'";
}

// What a region and a term list call themselves while `state.evil`.
export const payload = "<img src=x onerror='taken=1'>";

function file(dist, path, response, { noPolicy }) {
  const nonce = randomBytes(12).toString("hex");
  const name = normalize(path === "/" ? "/index.html" : path);
  let body;
  try {
    body = readFileSync(join(dist, name));
  } catch {
    response.writeHead(404).end();
    return;
  }
  if (name === "/index.html") body = body.toString().replaceAll("__CSP_NONCE_OF_RESPONSE__", nonce);
  response.writeHead(200, {
    "Content-Type": kinds[extname(name)] ?? "application/octet-stream",
    ...(noPolicy ? {} : { "Content-Security-Policy": policy(nonce) }),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": name === "/index.html" ? "no-store" : "immutable, max-age=31536000",
  }).end(body);
}

function send(response, body, status = 200) {
  response.writeHead(status, { "Content-Type": status < 400 ? "application/json" : "application/problem+json" });
  const text = JSON.stringify(body);
  response.end(response.evil ? text.replaceAll(/Gotland|Malign tumör i bröstkörtel/g, payload) : text);
}

function problem(response, status, code, detail) {
  send(response, { type: `urn:rikstal:problem:${code}`, title: code, status, code, detail }, status);
}

function priceOf(question) {
  const menu = [5, 10, 20, 50].map((sigma) => ({
    sigma,
    price_nrho: Math.round(1e9 / (2 * sigma * sigma)),
    region_half_width_95: Math.ceil(1.96 * sigma),
    national_half_width_95: Math.ceil(1.96 * sigma * Math.sqrt(21)),
    sum_half_width_95: Math.ceil(1.96 * sigma),
  }));
  return {
    measure: question.measure ?? "count", cells: 1, sensitivity_squared: 1, regions: 21, menu,
    may_answer: regions.map(([node, name]) => ({
      node, name, state: node === "09" ? "offline" : "connected", budget: node === "23" ? "too-little" : "enough",
      left_nrho: node === "23" ? 1_000_000 : 88_000_000, snapshot_date: "2026-11-29",
      policy: node === "07" ? "decline" : node === "08" ? "hold" : "answer",
      ...(node === "07" ? { policy_why: "role national-analyst may not use sigma 5 in mode sum" } : {}),
      ...(node === "10" ? { not_delivered: ["treatment:atc"] } : {}),
    })),
  };
}

// A question is answered at once by most, a little later by one; one is offline and one declines.
function stateOf(asked, now) {
  const ms = Math.round(now - asked.at);
  const slow = asked.slow;
  const list = regions.map(([node, name], at) => {
    const due = slow ? 400 + at * 60 : 20 + at;
    if (asked.question.hold && at > 4) return { node, name, state: "waiting", code: "", ms: 0 };
    if (node === "09") return { node, name, state: "offline", code: "offline", ms: 1 };
    if (node === "23") return { node, name, state: "declined", code: "purpose", ms: 15 };
    if (asked.withdrawn) return { node, name, state: ms > due ? "answered" : "failed", code: ms > due ? "" : "withdrawn", ms };
    return ms >= due ? { node, name, state: "answered", code: "", ms: due } : { node, name, state: "waiting", code: "", ms: 0 };
  });
  const waiting = list.filter((one) => one.state === "waiting").length;
  return {
    id: asked.id, state: asked.withdrawn ? "withdrawn" : waiting > 0 ? "open" : "complete",
    seq: list.length - waiting + (asked.withdrawn ? 1 : 0), ms, asked: list.length,
    answered: list.filter((one) => one.state === "answered").length, waiting, regions: list,
  };
}

const headFigure = (total) => total?.matched ?? total?.steps?.at(-1)?.survivors;

function handler(dist, state) {
  const routes = {
    "DELETE /session": () => ({}),
    "GET /version": () => ({ schema_version: 1, software: "0.9.0", vocabulary: 3, page: true, language: "sv" }),
    "GET /me": () => person,
    "GET /language": () => languageTables,
    "POST /parse": ({ body }) => body.protocol === undefined ? known(body.text ?? "") : known(body.protocol, true),
    "POST /print": ({ body }) => printed(body.ast),
    "POST /complete": ({ body }) => ({
      from: body.text.length - (/\w*$/.exec(body.text)?.[0].length ?? 0), to: body.text.length,
      completions: languageTables.fields.filter((one) => one.name.startsWith(/\w*$/.exec(body.text)?.[0] ?? ""))
        .map((one) => ({ kind: "field", text: one.name, english: one.english, swedish: one.swedish })),
    }),
    "POST /explain": ({ body }) => ({
      lines: [body.lang === "sv" ? "personer som uppfyller:" : "persons who meet:", `  ${body.text}`],
      canonical: body.text, checked: true, diagnostics: [],
    }),
    "POST /price": ({ body }) => priceOf(body),
    "POST /questions": ({ body }) => {
      const id = randomBytes(16).toString("hex");
      state.asked.set(id, { id, at: performance.now(), question: body, slow: state.slow, more: state.more, when: "2026-11-30T10:00:00Z" });
      return stateOf(state.asked.get(id), performance.now());
    },
    "GET /questions": () => ({
      questions: [...state.asked.values()].reverse().map((one) => ({
        id: one.id, text: one.question.text ?? "", measure: one.question.measure ?? "count", mode: one.question.mode,
        asked: one.when, state: "complete", price_nrho: 5_000_000, charged: true, regions_asked: 21, regions_answered: 19,
        headline: headFigure(answerOf(one, stateOf(one, performance.now())).total) ?? null, question: one.question,
      })),
    }),
    "GET /terms/search": ({ query }) => {
      const all = [
        { code: "icd10:C50", label: "Malign tumör i bröstkörtel", system: "icd10", release: "2026" },
        { code: "icd10:C50.1", label: "Malign tumör i bröstkörtelns centrala del", system: "icd10", release: "2026" },
        { code: "hp:HP:0001250", label: "Seizure", system: "hp", release: "2026-02-16" },
        { code: "atc:L01XK", label: "PARP-hämmare", system: "atc", release: "2026" },
        { code: "BRCA1", label: "", system: "gene", release: "2026-10" },
        { code: "BRCA2", label: "", system: "gene", release: "2026-10" },
      ];
      const words = (query.get("q") ?? "").toLowerCase().split(/\s+/);
      const matches = all.filter((one) => words.every((word) => `${one.code} ${one.label}`.toLowerCase().includes(word)));
      return { matches, total: matches.length };
    },
    "GET /genes": () => ({ matches: [], total: 0 }),
    "GET /nodes": () => boardOf(),
    "GET /budget": () => budgetOf(),
    "GET /letters": () => ({ letters: state.letters }),
    "POST /letters": ({ body }) => {
      const reference = `RIK-${body.id.slice(0, 12).toUpperCase().match(/.{4}/g).join("-")}`;
      const to = boardOf().nodes.filter((one) => body.nodes.includes(one.node)).map(({ node, name, contact }) => ({ node, name, contact }));
      state.letters.unshift({ id: body.id, reference, prepared: "2026-12-01T10:00:00Z", person: body.person, nodes: body.nodes });
      return { reference, id: body.id, to, subject: `Begäran till regionen, ${reference}`,
        body: `Referens: ${reference}\nVem som ber: ${body.person}\nSyfte: ${body.purpose}\n${body.question ? `Fråga: ${state.asked.get(body.id)?.question.text}\n` : ""}` };
    },
    "GET /saved": () => ({ saved: state.saved }),
    "POST /saved": ({ body }) => {
      state.saved.push({ id: state.saved.length + 1, ...body, created: "2026-11-30T10:00:00Z" });
      return state.saved.at(-1);
    },
  };
  const byId = (request, response, path, query) => {
    const [, kind, id, rest] = path.split("/");
    const asked = state.asked.get(id);
    if (kind === "saved" && request.method === "DELETE") {
      state.saved = state.saved.filter((one) => String(one.id) !== id);
      return response.writeHead(204).end();
    }
    if (!asked) return problem(response, 404, "not-found", "no question has this id");
    if (request.method === "DELETE") {
      asked.withdrawn = true;
      return send(response, stateOf(asked, performance.now()));
    }
    if (kind === "answers" && query.get("form") === "csv") {
      return response.writeHead(200, { "Content-Type": "text/csv" }).end("region,value\n");
    }
    if (kind === "answers") return send(response, answerOf(asked, stateOf(asked, performance.now())));
    if (kind === "receipts") return send(response, { receipt: id });
    if (rest !== "events") return send(response, stateOf(asked, performance.now()));
    if (state.noEvents) return problem(response, 503, "busy", "no events now");
    const now = stateOf(asked, performance.now());
    const tail = now.state === "open" ? "" : "event: end\ndata: {}\n\n";
    setTimeout(() => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.end(`retry: 100\nid: ${now.seq}\nevent: state\ndata: ${JSON.stringify(now)}\n\n${tail}`);
    }, 20);
  };
  return (request, response) => {
    const url = new URL(request.url, "http://stub");
    if (url.pathname === "/login/left") return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>rikstal</title>");
    if (!url.pathname.startsWith("/api/v1/")) return file(dist, url.pathname, response, state);
    response.evil = state.evil;
    if (state.session) response.setHeader("X-Rikstal-Session", state.session);
    const path = url.pathname.slice("/api/v1".length);
    if (request.method !== "GET" && request.headers["x-rikstal-desk"] !== "1") {
      return problem(response, 403, "csrf", "send X-Rikstal-Desk: 1");
    }
    const route = routes[`${request.method} ${path}`];
    if (!route) return byId(request, response, path, url.searchParams);
    const spoken = state.desk !== null && ["/language", "/parse", "/print"].includes(path);
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : undefined;
      if (spoken) {
        return void state.desk.call(path, body).then((answer) => send(response, answer),
          (error) => problem(response, 503, "unreachable", String(error.cause ?? error))); // the walk that waits for it fails
      }
      const status = path === "/questions" && body ? 202 : (path === "/saved" || path === "/letters") && body ? 201 : 200;
      send(response, route({ body, query: url.searchParams }), status);
    });
  };
}

// Starts it on a free port; `state` lets a test make it slow, or take its events away.
export async function startStub(dist) {
  const state = { asked: new Map(), saved: [], letters: [], slow: false, noEvents: false, session: "", more: 0, evil: false, noPolicy: false, desk: null };
  const server = createServer(handler(dist, state));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}/`, state, stop: () => server.close() };
}
