#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A desk on 127.0.0.1, as `rikstal page` starts it: the whole way over its API, and attacks on it.

Promises: a question goes from text to tree and back, is explained, priced, asked, followed region by region, answered with
the figures that `rikstal ask` gives, and its receipt is one that `rikstal verify` takes; mistakes, unknown codes and
unknown members are refused before anything is sent. Nobody without the printed address reads or asks; the address works
once; a session that a browser brings along is none; no other site's page can ask, read or frame; no path leads to a
file; a slow body is cut; answers that a coordinator altered are no figures; what anybody wrote comes back as JSON alone.
A script's token opens what its scope says until it is revoked, and is in no file; the examples of the clients run.
A build of the same desk without its defences (rikstal-open-doors) is taken by each of these attacks.
"""
import base64
import glob
import http.client
import http.server
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import zipfile
from xml.etree import ElementTree

from network import Analyst, Network, Process, Report, program, run, small_country, wait_until

CLIENTS = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "coordinator", "clients"))
REGIONS = ("01", "12", "14")
QUESTION = "diagnosis under icd10:E11 and age >= 18"
FORM = {"text": QUESTION, "sigma": 5}
XSS = "<img src=x onerror=alert(1)>"


def sheet(book):
    """The rows of a workbook's first sheet, as texts."""
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        texts = ["".join(one.itertext()) for one in ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))]
        rows = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml")).iter(name + "row")
    found = []
    for row in rows:
        cells = {re.match("[A-Z]+", cell.get("r"))[0]: cell for cell in row}
        found.append([texts[int(c.findtext(name + "v"))] if c.get("t") == "s" else c.findtext(name + "v") for c in cells.values()])
    return found


class Desk:
    """`rikstal page` as a process; the session of who opened its address first."""

    def __init__(self, analyst, name, *words, binary=None):
        analyst.configure()
        self.log = os.path.join(analyst.folder, name + ".log")
        self.state = os.path.join(analyst.folder, name + ".db")
        env = dict(os.environ, XDG_CACHE_HOME=os.path.join(analyst.folder, "cache"))
        self.process = Process(name, self.log, [binary or program("analyst"), "page", "--no-browser", "--state", self.state,
                                                "--config", analyst.config, *words], env=env)
        found = wait_until("the page's address", self.address)
        self.port, self.token = int(found.group(1)), found.group(2)
        self.cookie = None

    def address(self):
        with open(self.log, encoding="utf-8") as file:
            return re.search(r"^Page: http://127\.0\.0\.1:(\d+)/open/([0-9a-f]{64})$", file.read(), re.M)

    def call(self, method, path, body=None, cookie=True, host=None, binary=False, **headers):
        """(status, headers, text, or bytes)"""
        sent = {"Host": host or "127.0.0.1:%d" % self.port}
        if cookie and self.cookie:
            sent["Cookie"] = self.cookie
        if method in ("POST", "DELETE"):
            sent.update({"X-Rikstal-Desk": "1", "Content-Type": "application/json"})
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        data = None if body is None else body if isinstance(body, (str, bytes)) else json.dumps(body)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        raw = data.encode() if isinstance(data, str) else data
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        if raw is not None:
            connection.putheader("Content-Length", str(len(raw)))
        connection.endheaders(raw)
        answer = connection.getresponse()
        text = answer.read() if binary else answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def json(self, method, path, body=None, **options):
        """(status, JSON)"""
        status, _, text = self.call(method, "/api/v1" + path, body, **options)
        return status, json.loads(text) if text else None

    def open(self):
        status, headers, _ = self.call("GET", "/open/" + self.token)
        assert status == 200, status
        self.cookie = headers["Set-Cookie"].split(";")[0]
        return headers["Set-Cookie"]

    def ask(self, form):
        """(the last State, every State on the way), by server-sent events."""
        status, state = self.json("POST", "/questions", form)
        assert status == 202, (status, state)
        seen, last = [state], "0"
        while True:
            _, headers, text = self.call("GET", "/api/v1/questions/%s/events" % state["id"], Last_Event_ID=last)
            assert headers["Content-Type"] == "text/event-stream", text
            last = re.search(r"^id: (\d+)$", text, re.M).group(1)
            seen += [json.loads(data) for data in re.findall(r"^event: state\ndata: (.*)$", text, re.M)]
            if "event: end" in text:
                return seen[-1], seen


def language(report, desk):
    status, told = desk.json("POST", "/parse", {"text": QUESTION})
    report.row(status == 200 and told["ok"] and told["canonical"] == QUESTION and not told["diagnostics"] and
               told["ast"]["kind"] == "and", "a question is parsed to a tree")
    status, back = desk.json("POST", "/print", {"ast": told["ast"]})
    report.row(status == 200 and back["canonical"] == QUESTION and back["ok"], "the tree becomes the same question")
    status, told = desk.json("POST", "/parse", {"text": 'gene = "Åäö𝄞" and genee = X'})
    wrong = {d["code"]: d for d in told["diagnostics"]}
    report.row(status == 200 and not told["ok"] and wrong["Q012"]["from"] == 19 and wrong["Q012"]["suggestion"] == "gene",
               "a mistake has its place in UTF-16 units, and a suggestion")
    _, told = desk.json("POST", "/complete", {"text": "diag", "offset": 4})
    report.row(any(c["text"] == "diagnosis" and c["swedish"] for c in told["completions"]) and told["from"] == 0,
               "an unfinished word is completed")
    _, told = desk.json("POST", "/explain", {"text": QUESTION, "lang": "sv"})
    report.row(told["checked"] and told["codes"][0]["asked"] == "icd10:E11" and told["lines"] and not told["diagnostics"],
               "a question is explained with its codes' labels", told["codes"][0].get("label"))
    _, told = desk.json("POST", "/explain", {"text": "diagnosis under icd10:Q99.9"})
    report.row([d["code"] for d in told["diagnostics"]] == ["Q030"], "a code that no region knows is a mistake")
    _, told = desk.json("GET", "/language")
    report.row({f["name"] for f in told["fields"]} >= {"age", "diagnosis", "gene"} and len(told["regions"]) == 21 and
               all(f["swedish"] and f["example"] for f in told["fields"]), "the language is one document")
    _, told = desk.json("GET", "/terms/search?q=synthetic%20label")
    report.row(all(m["code"] and "synthetic" in m["label"] for m in told["matches"]) and told["total"] >= len(told["matches"]) > 1, "terms are searched")
    _, told = desk.json("GET", "/genes?q=BRCA1")
    report.row([m["code"] for m in told["matches"]][:1] == ["BRCA1"], "genes are searched")


def whole_way(report, desk, analyst):
    status, told = desk.json("GET", "/me")
    report.row(status == 200 and told["analyst"] == analyst.name and told["roles"][0]["role"] == analyst.role,
               "the desk knows whose it is")
    status, told = desk.json("POST", "/price", FORM)
    report.row(status == 200 and told["quoted"]["sigma"] == 5 and told["regions"] == len(REGIONS) and
               [a["node"] for a in told["may_answer"]] == list(REGIONS) and
               all(a["state"] == "connected" and a["not_delivered"] == [] for a in told["may_answer"]) and
               [a["policy"] for a in told["may_answer"]] == 3 * ["answer"],
               "price and who may answer are told before", told["quoted"]["price_nrho"])
    last, seen = desk.ask(FORM)
    report.row(last["state"] == "complete" and last["answered"] == len(REGIONS) and
               [s["seq"] for s in seen[1:]] == sorted({s["seq"] for s in seen[1:]}) and
               all(r["state"] in ("value", "suppressed") and r["ms"] > 0 for r in last["regions"]),
               "it is asked, and followed region by region", "%d ms" % last["ms"])
    status, answer = desk.json("GET", "/answers/" + last["id"])
    again = analyst.ask(QUESTION, "--sigma", "5").report
    report.row(status == 200 and answer["signatures_verified"] and answer["total"] == again["total"] and
               again["charged"] is False, "the answer is that of `rikstal ask`, which repeats it for nothing")
    _, headers, receipt = desk.call("GET", "/api/v1/receipts/" + last["id"])
    path = os.path.join(analyst.folder, "desk.receipt")
    with open(path, "w", encoding="utf-8") as file:
        file.write(receipt)
    told = json.loads(analyst.run("verify", path, "--json").out)
    status, here = desk.json("POST", "/receipts:verify", receipt)
    report.row(told["total"] == answer["total"] and status == 200 and here["total"] == answer["total"] and
               "attachment" in headers["Content-Disposition"], "its receipt verifies, there and here")
    _, headers, text = desk.call("GET", "/api/v1/answers/%s?form=csv" % last["id"])
    report.row(headers["Content-Type"].startswith("text/csv") and text.count("\n") > len(REGIONS), "it comes as CSV")
    _, headers, book = desk.call("GET", "/api/v1/answers/%s?form=xlsx" % last["id"], binary=True)
    report.equal(headers["Content-Type"].rsplit(".", 1)[1], "sheet", "a workbook says so")
    report.equal([row[:3] for row in sheet(book)], [line.split(",")[:3] for line in text.splitlines()],
                 "and as a workbook with the same lines")
    kept = os.path.join(analyst.folder, "answer.xlsx")
    lines = analyst.run("ask", QUESTION, "--sigma", "5", "--tsv", "--quiet", "--xlsx", kept).out.splitlines()
    with open(kept, "rb") as file:
        report.equal([row[:3] for row in sheet(file.read())], [line.split("\t")[:3] for line in lines], "as `rikstal ask --xlsx` keeps them")
    began = time.monotonic()
    repeated, _ = desk.ask(FORM)
    report.row(repeated["state"] == "complete" and time.monotonic() - began < 2, "a repeat is quick",
               "%.0f ms" % (1000 * (time.monotonic() - began)))
    _, told = desk.json("GET", "/questions")
    report.row([q["id"] for q in told["questions"]].count(last["id"]) == 1 and
               all(q["headline"] == answer["total"]["matched"] and q["question"] == FORM for q in told["questions"]),
               "history has what was asked, and the headline")
    status, told = desk.json("POST", "/saved", {"name": "Vuxna med åäö", "question": FORM})
    _, listed = desk.json("GET", "/saved")
    gone, _ = desk.json("DELETE", "/saved/%d" % told["id"])
    report.row(status == 201 and listed["saved"] == [told] and told["question"] == FORM and gone == 204 and
               desk.json("GET", "/saved/%d" % told["id"])[0] == 404, "a question is saved, listed and forgotten")
    board, budget = desk.json("GET", "/nodes")[1], desk.json("GET", "/budget")[1]
    report.row(len(board["nodes"]) == len(REGIONS) == len(budget["nodes"]), "node board and budget are there")
    last, _ = desk.ask(dict(FORM, mode="sum"))
    _, answer = desk.json("GET", "/answers/" + last["id"])
    report.row(last["state"] == "complete" and answer["mode"] == "sum" and answer["total"] is not None and
               {r["state"] for r in answer["regions"]} == {"took-part"}, "a sum has a total and no region's figure")
    last, _ = desk.ask({"protocol": "I1 adult: age >= 18\nI2 diabetes: diagnosis under icd10:E11\n",
                        "measure": "funnel", "sigma": 5})
    _, answer = desk.json("GET", "/answers/" + last["id"])
    report.row(last["state"] == "complete" and answer["measure"] == "funnel", "a protocol becomes a funnel")
    return repeated["id"]


def letters(report, desk, analyst, asked):
    """A letter about an answer, from the page's API and from the command line."""
    form = {"id": asked, "person": "Anna Ek, anna@gms.example", "purpose": "Rekrytering", "nodes": ["12"], "lang": "sv"}
    status, letter = desk.json("POST", "/letters", form)
    report.row(status == 201 and [t["contact"] for t in letter["to"]] == ["gms@skane.example"] and asked in letter["body"] and
               QUESTION not in letter["body"], "a letter to a region is written, without the question's text", letter.get("reference", letter))
    words = ["contact", asked, "--person", form["person"], "--purpose", form["purpose"], "--node", "12", "--state", desk.state]
    report.equal(analyst.run(*words).out, "To: gms@skane.example\nSubject: %s\n\n%s" % (letter["subject"], letter["body"]), "`rikstal contact` writes the same")
    told = json.loads(analyst.run(*words, "--question", "--json").out)
    report.row("Fråga: " + QUESTION in told["body"] and told["reference"] == letter["reference"], "with the question where it is wished; the reference is the same")
    listed = desk.json("GET", "/letters")[1]["letters"]
    report.row([(one["id"], one["nodes"], one["person"]) for one in listed] == 3 * [(asked, ["12"], form["person"])], "what was prepared is listed")
    for change, what in (({"nodes": ["01"]}, "a region without a contact"), ({"person": "A\nBcc: x@y.example"}, "a second line"), ({"to": "x@y.example"}, "an address of one's own")):
        report.equal(desk.json("POST", "/letters", dict(form, **change))[0], 400, "refused: a letter with " + what)


def contacts(report, network, desk, analyst, asked):
    """Where a region is reached stands in the signed roster."""
    words = ["coordinator", "roster", "contact", "12", "--dir", network.home]
    for bad in ("gms@skane", "gms@skane.example\nBcc: x@y.example", "gms@skane.example,x@y.example"):
        told = run(*words, bad, codes=None)
        report.row(told.code == 2 and "one mail address" in told.err, "refused: a contact that is no address", told.err.strip()[-90:])
    run(*words, "gms@skane.example")
    board = wait_until("the contact on the board", lambda: [n for n in desk.json("GET", "/nodes")[1]["nodes"] if n.get("contact")])
    report.equal([(n["node"], n["contact"]) for n in board], [("12", "gms@skane.example")], "a region's contact is on the node board")
    listed = [line.split("\t") for line in analyst.run("nodes", "--tsv").out.splitlines()]
    report.equal([(row[0], row[listed[0].index("contact")]) for row in listed[1:] if row[-1]], [("12", "gms@skane.example")], "and in `rikstal nodes`")
    letters(report, desk, analyst, asked)
    shown = run("coordinator", "roster", "show", "--dir", network.home).out
    report.row("gms@skane.example" in shown and run(*words, "none").code == 0, "and in `roster show`, until it is taken away")
    wait_until("no contact", lambda: not any(n.get("contact") for n in desk.json("GET", "/nodes")[1]["nodes"]))


def refusals(report, desk, asked):
    before = len(desk.json("GET", "/questions")[1]["questions"])
    for form, code, what in (
            ({"text": "genee = X"}, "question", "a mistake"),
            ({"text": "diagnosis under icd10:Q99.9"}, "question", "a code that no region knows"),
            ({"text": ""}, "body", "an empty question that is not meant"),
            ({"text": QUESTION, "sigmas": 5}, "body", "a member that is not known"),
            ({"text": QUESTION, "sigma": 7}, "body", "a sigma off the menu"),
            ({"text": QUESTION, "role": "king"}, "denied", "a role that the asker has not"),
            ({"text": QUESTION, "nodes": ["99"]}, "body", "a region that is none"),
            ({"text": QUESTION, "measure": "funnel"}, "body", "a funnel without steps"),
            ([1], "body", "no object"), ("{", "body", "no JSON"), ('{"text":"a","text":"b"}', "body", "a member twice")):
        status, told = desk.json("POST", "/questions", form)
        report.row(told.get("code") == code and status == told["status"] and
                   (code != "question" or told["diagnostics"]), "refused: " + what, told.get("detail", told)[:90])
    report.equal(len(desk.json("GET", "/questions")[1]["questions"]), before, "nothing of that was sent")
    for method, path, status in (("GET", "/questions/" + "0" * 32, 404), ("GET", "/questions/xyz", 404),
                                 ("GET", "/answers/" + "f" * 32, 404), ("DELETE", "/questions/" + asked, 404),
                                 ("GET", "/nothing", 404), ("GET", "/parse", 405), ("POST", "/parse", 400),
                                 ("GET", "/questions/" + asked + "?since=x", 400), ("GET", "/terms/search", 400),
                                 ("GET", "/answers/" + asked + "?form=exe", 400)):
        report.equal(desk.json(method, path, {} if method == "POST" else None)[0], status, "%s %s" % (method, path[:24]))
    status, _, text = desk.call("POST", "/api/v1/parse", Content_Length=str((1 << 20) + 1))
    report.row(status == 413 and json.loads(text)["code"] == "too-large", "a body of more than 1 MiB is refused")


def strangers(report, desk):
    """Before anybody has opened the address, and after."""
    for path in ("/language", "/me", "/questions", "/budget", "/nodes", "/terms/search?q=x", "/saved"):
        report.equal(desk.json("GET", path, cookie=False)[0], 401, "without a session: GET " + path)
    report.equal(desk.json("POST", "/questions", FORM, cookie=False)[0], 401, "without a session: asking")
    fixed = "rikstal-desk=" + "a" * 64
    report.equal(desk.json("GET", "/me", Cookie=fixed)[0], 401, "a session that the browser brings along is none")
    report.equal(desk.call("GET", "/open/" + "0" * 64)[0], 401, "a token that was not printed opens nothing")
    cookie = desk.open()
    report.row("HttpOnly" in cookie and "SameSite=Strict" in cookie and "a" * 64 not in cookie,
               "the address opens a session of the desk's own choice, HttpOnly and SameSite=Strict")
    _, headers, _ = desk.call("GET", "/open/" + desk.token, cookie=False, Cookie=fixed)
    report.row("Set-Cookie" not in headers and desk.call("GET", "/open/" + desk.token, cookie=False)[0] == 401 and
               desk.json("GET", "/me", cookie=False, Cookie=fixed)[0] == 401,
               "the address works once, and fixes no session that was there")
    report.equal(desk.json("GET", "/me")[0], 200, "the session is heard")


def scripts(report, desk):
    def token(*words):
        return run("analyst", "scripts", "new", *words, "--state", desk.state).out.strip()

    def status(method, path, body, text, **headers):
        return desk.json(method, path, body, cookie=False, Authorization="Bearer " + text, **headers)[0]

    reader, asker = token("a reader"), token("an asker", "--scope", "ask", "--days", "1")
    report.row(re.fullmatch(r"rikstal_[0-9a-f]{64}", reader) and reader != asker, "a token is told once, when it is made")
    report.row(status("GET", "/me", None, reader) == status("POST", "/parse", {"text": ""}, reader) == 200 and
               status("POST", "/questions", FORM, reader) == status("POST", "/saved", {}, reader) == 403 and
               status("DELETE", "/questions/" + "0" * 32, None, reader) == 403,
               "one that reads is heard by a desk that was running, and may not ask")
    report.row(status("POST", "/questions", FORM, asker) == 202 and
               status("POST", "/questions", FORM, asker, X_Rikstal_Desk=None) == 403 and
               status("GET", "/me", None, asker, Host="evil.example") == 421,
               "one that asks is, and is guarded as a session")
    report.row({status("GET", "/me", None, text) for text in (reader[:-1], reader + "0", reader[::-1], "", "rikstal_" + "0" * 64)} == {401} and
               desk.call("GET", "/open/" + asker, cookie=False)[0] == 401 and
               desk.json("GET", "/me", cookie=False, Cookie="rikstal-desk=" + asker)[0] == 401,
               "no other text is a token, and a token is no session")
    kept = b"".join(open(path, "rb").read() for path in glob.glob(desk.state + "*"))
    report.row(b"an asker" in kept and asker[8:].encode() not in kept and bytes.fromhex(asker[8:]) not in kept, "the desk's file has no token")
    listed = json.loads(run("analyst", "scripts", "list", "--json", "--state", desk.state).out)
    report.row([(t["name"], t["scope"]) for t in listed] == [("a reader", "read"), ("an asker", "ask")] and
               all(t["used"] for t in listed), "they are listed, with when they were used")
    run("analyst", "scripts", "revoke", listed[0]["id"], "--state", desk.state)
    again = run("analyst", "scripts", "revoke", listed[0]["id"], "--state", desk.state, codes=None)
    report.row(status("GET", "/me", None, reader) == 401 and status("GET", "/me", None, asker) == 200 and again.code == 2,
               "a revoked one opens nothing from the next request on", again.err.strip())
    return asker


def clients(report, desk, token):
    """Every example, and what the packages promise."""
    python = os.path.join(CLIENTS, "python")
    env = dict(os.environ, RIKSTAL_DESK="http://127.0.0.1:%d" % desk.port, RIKSTAL_TOKEN=token, PYTHONPATH=python,
               PYTHONDONTWRITEBYTECODE="1")

    def runs(*command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=env)
        return done.returncode, done.stdout, done.stderr

    examples = sorted(glob.glob(os.path.join(python, "examples", "*.py")))
    # a figure that may be nobody is not said
    wanted = {"count.py": r"(\d+ persons, 95 %: \d+ to \d+ \(value|None persons, 95 %: 0 to \d+ \(suppressed)\)\n"
                          r"(?:.*\n)*3 of 3 regions\t(\d+|None)\t\d+\t\d+\t(value|suppressed)",
              "funnel.py": r"I1 adult\tsurvivors\t\d+\t\d+\t\d+\tvalue", "mistake.py": r"Q012 .*gene"}
    report.equal(sorted(wanted), [os.path.basename(path) for path in examples], "the examples for Python")
    for path in examples:
        code, out, err = runs(sys.executable, path)
        report.row(code == 0 and re.search(wanted[os.path.basename(path)], out), "Python: " + os.path.basename(path), err[-300:] or out[-300:])
    frames = next((p for p in (sys.executable, "/usr/bin/python3") if runs(p, "-c", "import pandas")[0] == 0), None)
    if frames:
        code, out, err = runs(frames, "-c", "import rikstal\nf = rikstal.Desk().ask(%r, sigma=5).to_frame()\n"
                              "print(list(f.columns), str(f.dtypes['estimate']), len(f))" % QUESTION)
        report.row(code == 0 and "['node', 'name', 'figure', 'estimate', 'low', 'high', 'state'] Float64" in out, "a frame of pandas", err[-300:] or out)
    else:
        print("skipped: no pandas on this machine, so to_frame() was not tried")
    code, _, err = runs(sys.executable, "-c", "import rikstal\nrikstal.Desk('http://desk.example', 'x')")
    report.row(code == 1 and "https" in err, "Python: no token in clear to another machine")
    if not shutil.which("Rscript") or runs("Rscript", "-e", "library(curl); library(jsonlite)")[0]:
        print("skipped: no R with curl and jsonlite on this machine, so the package for R was not tried")
        return
    library = os.path.join(os.path.dirname(desk.state), "R")
    os.makedirs(library)
    env["R_LIBS"] = library
    code, out, err = runs("R", "CMD", "INSTALL", "--no-docs", "--no-test-load", "-l", library, os.path.join(CLIENTS, "r", "rikstal"))
    report.row(code == 0, "the package for R is installed", (out + err)[-300:])
    for path in sorted(glob.glob(os.path.join(CLIENTS, "r", "examples", "*.R"))):
        code, out, err = runs("Rscript", path)
        report.row(code == 0 and re.search(r"rikstal answer [0-9a-f]{8}: (\d+ \(\d+ to \d+\), value|NA \(0 to \d+\), suppressed)", out) and "question gene" in out,
                   "R: " + os.path.basename(path), err[-300:] + out[-300:])


def other_sites(report, desk):
    evil = "http://evil.example"
    for what, code, headers in (
            ("without our header", "csrf", {"X_Rikstal_Desk": None}),
            ("with another origin", "csrf", {"Origin": evil}),
            ("that a browser marks as cross-site", "csrf", {"Sec_Fetch_Site": "cross-site"}),
            ("from a sandboxed page", "csrf", {"Origin": "null"}),
            ("as a form would send it", "type", {"Content_Type": "text/plain"}),
            ("as a form of an origin", "csrf", {"Origin": evil, "Content_Type": "application/x-www-form-urlencoded"})):
        status, told = desk.json("POST", "/questions", FORM, **headers)
        report.row(status in (403, 415) and told["code"] == code, "CSRF: a post " + what + " is refused", told.get("code"))
    report.equal(desk.json("POST", "/parse", {"text": ""}, Origin="http://127.0.0.1:%d" % desk.port,
                           Sec_Fetch_Site="same-origin")[0], 200, "the desk's own page is heard")
    for host in ("evil.example", "evil.example:%d" % desk.port, "127.0.0.1.evil.example"):
        status, told = desk.json("GET", "/me", host=host)
        report.row(status == 421 and told["code"] == "host", "DNS rebinding: Host %s is refused" % host[:30])
    report.equal(desk.json("GET", "/me", host="localhost:%d" % desk.port)[0], 200, "localhost is this desk")
    status, headers, _ = desk.call("GET", "/api/v1/me", Origin=evil)
    report.row(not any(name.lower().startswith("access-control-") for name in headers),
               "no other origin may read an answer")
    report.equal(desk.call("OPTIONS", "/api/v1/questions", Origin=evil)[0], 405, "a preflight of another site is refused")
    report.equal(desk.call("TRACE", "/api/v1/me")[0], 405, "other methods are refused")


def headers_hold(report, desk):
    for path in ("/", "/api/v1/version", "/api/v1/me", "/nothing", "/open/x"):
        _, headers, _ = desk.call("GET", path)
        csp = headers["Content-Security-Policy"]
        report.row("default-src 'none'" in csp and "frame-ancestors 'none'" in csp and "base-uri 'none'" in csp and
                   "unsafe" not in csp and headers["X-Frame-Options"] == "DENY" and
                   headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer" and
                   headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin" and
                   headers["Cache-Control"] == "no-store", "clickjacking and sniffing: the headers of " + path)
    page = desk.json("GET", "/version")[1]["page"]
    nonces = set()
    for _ in range(2):
        _, headers, text = desk.call("GET", "/")
        nonces.update(re.findall(r"'nonce-([0-9a-f]{32})'", headers["Content-Security-Policy"]))
        report.row("__CSP_NONCE" not in text and ("/api/v1" in text or page), "/ is a page, or says that there is none")
    report.equal(len(nonces), 2 if page else 0, "a nonce is of one response")
    for path in ("/../../etc/passwd", "/assets/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/%00",
                 "//etc/passwd", "/index.html", "/assets/", "/api/v1/../../etc/passwd",
                 "/api/v1/answers/../../../etc/passwd"):
        status, _, text = desk.call("GET", path)
        report.row(status == 404 and "root:" not in text, "path traversal: " + path)


def slow(report, desks):
    """A body of a byte now and then, at the desk and at one without defences."""
    began, cut = time.monotonic(), {}
    socks = [socket.create_connection(("127.0.0.1", desk.port), timeout=30) for desk in desks]
    for sock in socks:
        sock.sendall(b"POST /api/v1/parse HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n")
        sock.settimeout(0.01)
    while 0 not in cut and time.monotonic() - began < 25:
        time.sleep(0.5)
        for at, sock in enumerate(socks):
            try:
                sock.sendall(b" ")
                if sock.recv(100) == b"":
                    cut.setdefault(at, time.monotonic() - began)
            except TimeoutError:
                continue
            except OSError:
                cut.setdefault(at, time.monotonic() - began)
    for sock in socks:
        sock.close()
    report.row(cut.get(0, 25) < 20, "a body of a byte now and then is cut", "%.1f s" % cut.get(0, 25))
    if len(desks) > 1:
        report.row(1 not in cut, "control: it goes on for as long as it likes")


def strings(report, desk):
    """What anybody wrote comes back as JSON, never as a page."""
    for method, path, body in (("POST", "/parse", {"text": "gene = \"%s\"" % XSS}), ("GET", "/terms/search?q=%3Cimg%3E", None),
                               ("POST", "/saved", {"name": XSS, "question": FORM}), ("GET", "/saved", None),
                               ("POST", "/questions", {"text": XSS}), ("GET", "/%3Cscript%3E", None)):
        _, headers, text = desk.call(method, "/api/v1" + path, body)
        report.row(headers["Content-Type"] in ("application/json", "application/problem+json") and json.loads(text) is not None,
                   "XSS: %s %s is JSON" % (method, path[:20]))
    saved = desk.json("GET", "/saved")[1]["saved"]
    report.row([s["name"] for s in saved] == [XSS], "and the text is as it was")
    _, headers, text = desk.call("GET", "/%3Cscript%3Ealert(1)%3C/script%3E")
    report.row(headers["Content-Type"] == "application/problem+json" and "<script" not in text, "an address is not echoed")


class Liar(http.server.BaseHTTPRequestHandler):
    """Passes everything on to the coordinator, and alters the answers of regions on the way back."""
    address = alter = None
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        length = int(self.headers.get("Content-Length") or 0)
        request = urllib.request.Request("http://%s%s" % (self.address, self.path), method=self.command,
                                         data=self.rfile.read(length) if length else None)
        for name in ("Content-Type", "Authorization"):
            if self.headers.get(name):
                request.add_header(name, self.headers[name])
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, kind, text = answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            status, kind, text = error.code, error.headers["Content-Type"], error.read()
        if "/questions" in self.path and status < 300:
            text = json.dumps(type(self).alter(json.loads(text))).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind or "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_DELETE = pass_on

    def log_message(self, *_):
        pass


def forged(document):
    """One region's signature with one bit changed, one figure beside it, and a code with markup."""
    for region in document.get("regions", []):
        if region["node"] == "12" and "answer" in region:
            raw = bytearray(base64.b64decode(region["answer"]))
            raw[len(raw) // 2] ^= 1
            region["answer"] = base64.b64encode(bytes(raw)).decode()
            region["matched"] = {"state": "value", "value": 999999, "low95": 1, "high95": 2}
        if region["node"] == "14":
            region.pop("answer", None)
            region.update(state="offline", code=XSS)
    document["total"] = {"matched": {"state": "value", "value": 999999, "low95": 1, "high95": 2}}
    return document


def hostile(report, network, analyst):
    Liar.address, Liar.alter = network.http, staticmethod(forged)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    desk = Desk(analyst, "hostile", "--coordinator", "http://127.0.0.1:%d" % server.server_port)
    desk.open()
    last, _ = desk.ask(FORM)
    _, answer = desk.json("GET", "/answers/" + last["id"])
    by_node = {r["node"]: r for r in answer["regions"]}
    report.row(by_node["12"]["state"] == "failed" and by_node["12"]["code"] == "not-verified" and
               "matched" not in by_node["12"] and answer["regions_answered"] == 1,
               "a hostile coordinator: an altered answer is not verified, and no figure")
    report.row("999999" not in json.dumps(answer), "its total is not believed")
    report.row(XSS not in json.dumps(answer) + json.dumps(last), "its code is not shown")
    states = {r["node"]: (r["state"], r["code"]) for r in last["regions"]}
    report.row(states["12"] == ("failed", "not-verified") and states["14"] == ("offline", ""), "and the rows say so")
    receipt = json.loads(desk.call("GET", "/api/v1/receipts/" + last["id"])[2])
    status, told = desk.json("POST", "/receipts:verify", receipt)
    report.row(status == 403 and told["code"] == "denied", "a receipt with an altered answer is refused")
    desk.process.stop()
    server.shutdown()
    server.server_close()


def without_defences(analyst):
    """The desk of rikstal-open-doors, as a list: none in a sanitized build."""
    opened = os.path.join(os.environ["RIKSTAL_BUILD"], "tests", "system", "rikstal-open-doors")
    if os.path.exists(opened):
        return [Desk(analyst, "open-doors", binary=opened)]
    print("  (no controls: a sanitized build has no rikstal-open-doors)")
    return []


def controls(report, desk):
    """Each defence is out of this desk, so each attack must succeed: else its row above shows nothing."""
    report.equal(desk.json("GET", "/language", cookie=False, Cookie="rikstal-desk=" + "a" * 64)[0], 200,
                 "control: a session that the browser brings along opens it")
    desk.open()
    report.equal(desk.call("GET", "/open/" + desk.token, cookie=False)[0], 200, "control: the address works twice")
    for what, headers in (("without our header", {"X_Rikstal_Desk": None}), ("with another origin", {"Origin": "http://evil.example"}),
                          ("cross-site", {"Sec_Fetch_Site": "cross-site"}), ("of a sandboxed page", {"Origin": "null"}),
                          ("as a form", {"X_Rikstal_Desk": None, "Content_Type": "text/plain"})):
        status, told = desk.json("POST", "/saved", {"name": what, "question": FORM}, **headers)
        report.row(status == 201, "control: CSRF: a post %s is taken" % what, told)
    report.equal(len(desk.json("GET", "/saved")[1]["saved"]), 5, "control: and is kept")
    report.equal(desk.json("GET", "/language", host="evil.example")[0], 200, "control: DNS rebinding: another Host is heard")
    _, headers, _ = desk.call("GET", "/")
    report.row("frame-ancestors" not in headers["Content-Security-Policy"] and "X-Frame-Options" not in headers,
               "control: clickjacking: any page may frame it")
    desk.process.stop()


def stops(report, desk):
    report.equal(desk.process.stop(), 0, "SIGTERM ends it")
    mode = os.stat(desk.state).st_mode & 0o777
    report.equal(mode, 0o600, "history and receipts are their owner's")


def main():
    report = Report("a desk")
    with Network("desk", REGIONS) as network:
        analyst = Analyst(network, "anna", "gms").enrol()
        small_country(network)
        network.start()
        network.wait_connected()
        desk = Desk(analyst, "page")
        strangers(report, desk)
        language(report, desk)
        asked = whole_way(report, desk, analyst)
        contacts(report, network, desk, analyst, asked)
        refusals(report, desk, asked)
        clients(report, desk, scripts(report, desk))
        other_sites(report, desk)
        headers_hold(report, desk)
        strings(report, desk)
        opened = without_defences(analyst)
        slow(report, [desk] + opened)
        hostile(report, network, analyst)
        for one in opened:
            controls(report, one)
        stops(report, desk)
    report.close()


main()
