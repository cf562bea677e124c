# SPDX-License-Identifier: Apache-2.0
"""Ask a rikstal desk from Python, with the standard library alone (pandas for `to_frame()`).

    import rikstal
    desk = rikstal.Desk("http://127.0.0.1:8490", token="rikstal_...")     # or RIKSTAL_DESK, RIKSTAL_TOKEN
    answer = desk.ask("diagnosis under icd10:C50 and age >= 18", sigma=10)
    print(answer.estimate, answer.low, answer.high, answer.state)
    answer.to_frame()

The desk signs, asks, verifies every region's signature and adds up; this reads what it found. Every
figure comes with its interval and its state, because a figure without them is not what was answered:
`estimate` is None where the state is not "value", and no such row is ever a zero. A desk is `rikstal
page`; `rikstal scripts new NAME --scope ask` prints a token. schemas/desk.json has every member of a
question and of the documents that are returned as they are.
"""
import csv
import io
import json
import os
import urllib.error
import urllib.parse
import urllib.request

__all__ = ["Answer", "Desk", "Problem", "rows_of"]
WAIT_MS = 10000
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Problem(Exception):
    """A refusal of the desk: its stable code, status, detail, and the mistakes of a question."""

    def __init__(self, document, status=0):
        self.code = document.get("code", "http")
        self.status = document.get("status", status)
        self.detail = document.get("detail", "")
        self.diagnostics = document.get("diagnostics", [])
        super().__init__("%s: %s" % (self.code, self.detail))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token goes to the desk that was named and nowhere else."""

    def redirect_request(self, *_):
        return None


def _number(text):
    if text == "":
        return None
    value = float(text)
    return int(value) if value.is_integer() and "." not in text and "e" not in text else value


def rows_of(text):
    """A desk's CSV as rows of one figure each: the region or "total", the parts of a table, which
    figure it is, and estimate, low, high, state. A region without figures has one row, with the
    reason as its state."""
    lines = csv.DictReader(io.StringIO(text))
    names = lines.fieldnames or []
    parts = names[3:next((i for i, name in enumerate(names) if name.endswith("_state")), 3)]
    figures = [name[:-len("_low95")] for name in names if name.endswith("_low95")]
    rows = []
    for line in lines:
        begun = {"node": line["node"], "name": line["name"], **{part: line[part] for part in parts}}
        found = [{**begun, "figure": figure, "estimate": _number(line[figure]),
                  "low": _number(line[figure + "_low95"]), "high": _number(line[figure + "_high95"]),
                  "state": line.get(figure + "_state") or "value"}
                 for figure in figures if line[figure + "_low95"] != ""]
        if not found:
            state = line["state"] + (":" + line["code"] if line["code"] else "")
            found = [{**begun, "figure": figures[0], "estimate": None, "low": None, "high": None,
                      "state": state if line["state"] != "value" else "none"}]
        rows += found
    return rows


class Answer:
    """A verified answer. `document` is schemas/answer.json."""

    def __init__(self, desk, identity, document):
        self.desk, self.id, self.document = desk, identity, document
        headline = (document.get("total") or {}).get("matched") or {}
        self.state = headline.get("state", "none")
        self.estimate = headline.get("value")
        self.low, self.high = headline.get("low95"), headline.get("high95")

    def rows(self):
        return rows_of(self.csv())

    def csv(self):
        return self.desk.text("GET", "/answers/%s?form=csv" % self.id)

    def receipt(self):
        """For `rikstal verify`. That of a blind sum has its secret."""
        return self.desk.call("GET", "/receipts/" + self.id)

    def to_frame(self):
        import pandas  # here, so that nobody needs it who does not want a frame

        frame = pandas.DataFrame(self.rows())
        return frame.astype({name: "Float64" for name in ("estimate", "low", "high")})

    def __repr__(self):
        return "<rikstal answer %s: %s (%s to %s), %s>" % (self.id[:8], self.estimate, self.low, self.high, self.state)


class Desk:
    """A desk at an address, used with a token."""

    def __init__(self, address=None, token=None, timeout=60):
        self.address = (address or os.environ.get("RIKSTAL_DESK") or "http://127.0.0.1:8490").rstrip("/")
        self.token = token or os.environ.get("RIKSTAL_TOKEN") or ""
        self.timeout = timeout
        parts = urllib.parse.urlsplit(self.address)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("a token goes over https, or to this machine: %s" % self.address)
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)

    def text(self, method, path, body=None):
        request = urllib.request.Request(self.address + "/api/v1" + path, method=method,
                                         data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", "Bearer " + self.token)
        if method != "GET":
            request.add_header("X-Rikstal-Desk", "1")
            request.add_header("Content-Type", "application/json")
        try:
            with self._opener.open(request, timeout=self.timeout) as response:
                return response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                try:
                    document = json.loads(error.read())
                except ValueError:
                    document = {}
            raise Problem(document, error.code) from None
        except urllib.error.URLError as error:
            raise Problem({"code": "unreachable", "detail": "%s: %s" % (self.address, error.reason)}) from None

    def call(self, method, path, body=None):
        text = self.text(method, path, body)
        return json.loads(text) if text else None

    def ask(self, text=None, **question):
        """Asks, waits for the regions, and returns the answer. Members: measure, by, changes, mode,
        sigma, protocol, ... as schemas/desk.json (Question) has them; `from_` is its `from`."""
        state = self.call("POST", "/questions", _form(text, question))
        try:
            while state["state"] == "open":
                state = self.call("GET", "/questions/%s?since=%d&wait_ms=%d" % (state["id"], state["seq"], WAIT_MS))
        except KeyboardInterrupt:
            self.call("DELETE", "/questions/" + state["id"])
            raise
        if state["state"] == "failed":
            raise Problem(state.get("problem") or {"code": "failed"})
        return self.answer(state["id"])

    def answer(self, identity):
        return Answer(self, identity, self.call("GET", "/answers/" + urllib.parse.quote(identity, safe="")))

    def price(self, text=None, **question):
        return self.call("POST", "/price", _form(text, question))

    def explain(self, text, lang="en"):
        return self.call("POST", "/explain", {"text": text, "lang": lang})

    def terms(self, words, most=20):
        return self.call("GET", "/terms/search?" + urllib.parse.urlencode({"q": words, "most": most}))["matches"]

    def genes(self, name):
        return self.call("GET", "/genes?" + urllib.parse.urlencode({"q": name}))["matches"]

    def me(self):
        return self.call("GET", "/me")

    def language(self):
        return self.call("GET", "/language")

    def nodes(self):
        return self.call("GET", "/nodes")["nodes"]

    def budget(self):
        return self.call("GET", "/budget")["nodes"]

    def history(self, most=100):
        return self.call("GET", "/questions?most=%d" % most)["questions"]


def _form(text, question):
    form = {name.rstrip("_"): value for name, value in question.items()}
    return form if text is None else {"text": text, **form}
