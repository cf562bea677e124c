// SPDX-License-Identifier: Apache-2.0
// Every request of the page goes through here, to the server that it came from and to no other.
import type * as desk from "./types";

const base = "/api/v1";

export class DeskProblem extends Error {
  constructor(readonly problem: desk.Problem) {
    super(problem.detail || problem.title);
  }
}

// Who looks at every answer: the session of a desk of many.
let seen: (response: Response) => void = () => undefined;
export function onAnswer(look: (response: Response) => void): void {
  seen = look;
}

async function problemOf(response: Response): Promise<DeskProblem> {
  try {
    const body = (await response.json()) as desk.Problem;
    if (typeof body.code === "string") return new DeskProblem(body);
  } catch {
    // not a problem document: a proxy answered
  }
  return new DeskProblem({ code: "http", title: `HTTP ${response.status}`, status: response.status, detail: "" });
}

async function request(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Rikstal-Desk"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(base + path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new DeskProblem({ code: "unreachable", title: "", status: 0, detail: "" });
  }
  seen(response);
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await request("GET", path, undefined, signal)).json() as Promise<T>;
}

async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await request("POST", path, body, signal)).json() as Promise<T>;
}

const id = encodeURIComponent;

export const leave = async () => void (await request("DELETE", "/session"));
export const me = () => get<desk.Me>("/me");
export const tables = () => get<desk.LanguageTables>("/language");
export const parse = (text: string, signal?: AbortSignal) => post<desk.Parsed>("/parse", { text }, signal);
export const parseProtocol = (protocol: string, signal?: AbortSignal) => post<desk.Parsed>("/parse", { protocol }, signal);
export const print = (ast: desk.Ast) => post<desk.Parsed>("/print", { ast });
export const complete = (text: string, offset: number) => post<desk.Completions>("/complete", { text, offset });
export const explain = (text: string, lang: string, signal?: AbortSignal) =>
  post<desk.Explained>("/explain", { text, lang }, signal);
export const price = (question: desk.Question, signal?: AbortSignal) => post<desk.Price>("/price", question, signal);
export const ask = (question: desk.Question) => post<desk.State>("/questions", question);
export const stateOf = (question: string, since: number, wait: number, signal?: AbortSignal) =>
  get<desk.State>(`/questions/${id(question)}?since=${since}&wait_ms=${wait}`, signal);
export const withdraw = async (question: string) =>
  (await request("DELETE", `/questions/${id(question)}`)).json() as Promise<desk.State>;
export const eventsAddress = (question: string) => `${base}/questions/${id(question)}/events`;
export const history = () => get<{ questions: desk.Asked[] }>("/questions?most=100");
export const answer = <T>(question: string) => get<T>(`/answers/${id(question)}`);
export const answerAddress = (question: string, form: string, lang: string) =>
  `${base}/answers/${id(question)}?form=${form}&lang=${lang}`;
export const receiptAddress = (question: string) => `${base}/receipts/${id(question)}`;
export const search = (words: string, most: number, signal?: AbortSignal) =>
  get<{ matches: desk.Match[]; total: number }>(`/terms/search?q=${id(words)}&most=${most}`, signal);
export const genes = (name: string, signal?: AbortSignal) =>
  get<{ matches: desk.Match[]; total: number }>(`/genes?q=${id(name)}`, signal);
export const nodes = <T>() => get<T>("/nodes");
export const budget = <T>() => get<T>("/budget");
export const saved = () => get<{ saved: desk.Saved[] }>("/saved");
export const save = (name: string, question: desk.Question) => post<desk.Saved>("/saved", { name, question });
export const forget = async (number: number) => void (await request("DELETE", `/saved/${number}`));
export const letters = () => get<{ letters: desk.PreparedLetter[] }>("/letters");
export const writeLetter = (wish: desk.Handover) => post<desk.Letter>("/letters", wish);
