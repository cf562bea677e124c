#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Log-in at an organisation's desk (`rikstal desk serve`) by a real OpenID provider, and attacks on it.

Promises: who logs in at the provider asks in the roles and under the permits that the mapping gives, is answered by a
region, and has questions, history and tokens of their own; a session ends at log-out; a mistake of the configuration is
named with line, key and rule. Tokens that are expired, of another time, forged, changed, replayed, unsigned, of another
audience, issuer or log-in let nobody in; nor do a state of nobody or of another browser, a second return, and a session
that the browser brought along. CONTROLS: the same attacks on a desk whose defences are compiled out must succeed.
Skipped, with 77, where node, npm or the packages of tests/login cannot be had.
"""
import hashlib
import html
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

from network import Network, Process, Report, free_port, program, run, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
PEOPLE = "person,sex,birth_year,kind,code\n" + "".join(
    "p%d,%s,%d,diagnosis,icd10:E11\n" % (i, ("female", "male")[i % 2], 1950 + i % 60) for i in range(300))
MAPPING = """# who may do what
id employeeHsaId
name name
require assurance is loa3
role national-analyst when groups is analysts
permit P-17 when groups is study-17
"""


def provider_folder():
    """A folder with tests/login and its packages, made once for each lock file."""
    for name in ("node", "npm"):
        if not shutil.which(name):
            print("login: skipped: there is no %s" % name)
            sys.exit(77)
    source, work = os.path.join(HERE, "..", "login"), os.path.join(os.path.dirname(program("analyst")), "..", "..", "login")
    with open(os.path.join(source, "package-lock.json"), "rb") as file:
        lock = hashlib.sha256(file.read()).hexdigest()
    os.makedirs(work, exist_ok=True)
    for name in ("package.json", "package-lock.json", "provider.mjs"):
        shutil.copy(os.path.join(source, name), work)
    mark = os.path.join(work, "installed")
    if not os.path.exists(mark) or open(mark, encoding="ascii").read() != lock:
        done = subprocess.run(["npm", "ci", "--prefer-offline", "--no-progress", "--no-audit", "--no-fund"], cwd=work,
                              capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stderr[-500:])
            print("login: skipped: npm ci cannot have the packages of tests/login/package-lock.json")
            sys.exit(77)
        with open(mark, "w", encoding="ascii") as file:
            file.write(lock)
    return work


class Browser:
    """Cookies by origin, and a request at a time; SameSite is what the rows of flags are about."""

    def __init__(self):
        self.jar = {}

    def call(self, method, url, body=None, follow=True, **headers):
        """(status, headers, text, the last address)"""
        for _ in range(12):
            parts = urllib.parse.urlsplit(url)
            jar = self.jar.setdefault(parts.netloc, {})
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            if jar:
                sent["Cookie"] = "; ".join("%s=%s" % pair for pair in jar.items())
            connection = http.client.HTTPConnection(parts.netloc, timeout=30)
            connection.request(method, urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, "")), body, sent)
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                if value and "max-age=0" not in cookie.lower():
                    jar[name] = value
                else:
                    jar.pop(name, None)
            if not follow or answer.status not in (301, 302, 303, 307):
                return answer.status, answer.headers, text, url
            url, method, body = urllib.parse.urljoin(url, answer.headers["Location"]), "GET", None
        raise AssertionError("too many redirects")

    def to_return(self, desk, who):
        """From the desk's log-in through the provider's form, to the address to come back to, which is not opened."""
        status, headers, text, _ = self.call("GET", desk.address + "/login", follow=False)
        assert status == 303, (status, text)
        url, method, body = headers["Location"], "GET", None
        for _ in range(12):
            status, headers, text, _ = self.call(method, url, body, follow=False,
                                                 Content_Type="application/x-www-form-urlencoded")
            if status in (302, 303):
                url, method, body = urllib.parse.urljoin(url, headers["Location"]), "GET", None
                if url.startswith(desk.address):
                    return url
                continue
            form = re.search(r'action="([^"]+)"', text)
            assert form, text
            url, method = urllib.parse.urljoin(url, html.unescape(form.group(1))), "POST"
            body = urllib.parse.urlencode({"prompt": "login", "login": who, "password": "x"})
        raise AssertionError("no way back")

    def login(self, desk, who):
        return self.call("GET", self.to_return(desk, who))

    def api(self, desk, method, path, body=None, **headers):
        if method != "GET":
            headers.setdefault("X_Rikstal_Desk", "1")
            headers.setdefault("Content_Type", "application/json")
        status, _, text, _ = self.call(method, desk.address + "/api/v1" + path, body and json.dumps(body), **headers)
        return status, json.loads(text) if text else None

    def is_in(self, desk):
        return self.api(desk, "GET", "/session")[0] == 200


class Desk:
    """`rikstal desk serve`, or what is built with its defences out."""

    def __init__(self, network, name, port, client, binary):
        self.name, self.binary, self.port, self.client = name, binary, port, client
        self.folder = os.path.join(network.folder, name)
        self.address = "http://127.0.0.1:%d" % port
        self.config = os.path.join(self.folder, "desk.conf")
        self.log = os.path.join(network.folder, name + ".log")
        self.process = None
        os.makedirs(self.folder)

    def configure(self, network, issuer, key):
        with open(os.path.join(self.folder, "mapping"), "w", encoding="utf-8") as file:
            file.write(MAPPING)
        with open(os.path.join(self.folder, "secret"), "w", encoding="utf-8") as file:
            file.write("a secret: of/tests+only\n")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("[desk]\naddress = %s\nlisten = 127.0.0.1:%d\nstate = state\n[network]\ncoordinator = http://%s\n"
                       "roots = %s\norganisation = north\nkey = %s\n[provider]\nissuer = %s\nclient = %s\nsecret = secret\n"
                       "scopes = openid profile hsa\nmapping = mapping\n"
                       % (self.address, self.port, network.http, os.path.join(network.home, "roots"), key, issuer, self.client))

    def start(self, folder):
        env = dict(os.environ, XDG_CACHE_HOME=os.path.join(folder, "cache"))
        self.process = Process(self.name, self.log, [self.binary, "desk", "serve", "--config", self.config], env=env)
        wait_until("the desk", lambda: "Desk: " in self.logged())

    def logged(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()


class Idp:
    """tests/login/provider.mjs as a process."""

    def __init__(self, network, work, desks):
        self.log = os.path.join(network.folder, "provider.log")
        self.process = Process("provider", self.log, ["node", "provider.mjs", *(d.address + "/login/return" for d in desks)],
                               cwd=work)
        self.issuer = wait_until("the provider", self.said).group(1)

    def said(self):
        with open(self.log, encoding="utf-8") as file:
            return re.search(r"^Issuer: (\S+)$", file.read(), re.M)

    def bend(self, how):
        Browser().call("POST", self.issuer + "/bend?" + how)


# ---- the way in ------------------------------------------------------------------------------------


def whole_way(report, desk):
    browser = Browser()
    status, headers, text, _ = browser.call("GET", desk.address + "/")
    report.row(status == 200 and "Logga in" in text and "default-src 'none'" in headers["Content-Security-Policy"],
               "who has no session gets the log-in screen, in Swedish")
    report.row(browser.api(desk, "GET", "/me")[0] == 401 and browser.api(desk, "GET", "/questions")[0] == 401,
               "and nothing of the API")
    _, headers, _, _ = browser.call("GET", desk.address + "/login", follow=False)
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(headers["Location"]).query))
    report.row(asked["response_type"] == "code" and asked["code_challenge_method"] == "S256" and
               len(asked["code_challenge"]) == len(asked["state"]) == len(asked["nonce"]) == 43 and
               asked["redirect_uri"] == desk.address + "/login/return", "the provider is asked for a code, with PKCE, state, nonce")
    report.row("HttpOnly; SameSite=Lax" in headers["Set-Cookie"], "the log-in's cookie comes back from another site, by a link")
    status, headers, text, _ = browser.login(desk, "anna")
    flags = headers.get_all("Set-Cookie") or [""]
    report.row(status == 200 and browser.is_in(desk), "anna logs in", text[-200:] if status != 200 else "")
    report.row("HttpOnly; SameSite=Strict" in flags[0] and headers["Refresh"] == "0; url=/", "her session's cookie is of this site alone")
    status, me = browser.api(desk, "GET", "/me")
    report.row(status == 200 and me["analyst"] == "SE2321000131-A001" and me["organisation"] == "north" and
               [r["role"] for r in me["roles"]] == ["national-analyst"], "she asks as who the mapping says, in its roles", str(me)[:200])
    report.equal([p["permit"] for p in me["permits"]], ["P-17"], "the permits of her log-in, and no other of the organisation")
    status, told = browser.api(desk, "GET", "/session")
    report.row(told["person"] == "SE2321000131-A001" and told["name"] == "Anna Å <b>" and 1700 < told["idle_seconds"] <= 1800 and
               43000 < told["left_seconds"] <= 43200, "the page can tell when the session will end")
    told = browser.call("GET", desk.address + "/api/v1/language")[1]["X-Rikstal-Session"]
    report.row(re.fullmatch(r"idle=1[78]\d\d left=4\d{4}", told or "") is not None, "every answer tells it too", told)
    return browser


def ask(browser, desk, **form):
    status, state = browser.api(desk, "POST", "/questions", dict({"text": "age >= 18", "sigma": 5}, **form))
    if status == 202:
        wait_until("the answer", lambda: browser.api(desk, "GET", "/questions/" + state["id"])[1]["state"] != "open")
    return status, state


def persons(report, desk, anna):
    status, state = ask(anna, desk)
    status, answer = anna.api(desk, "GET", "/answers/" + state["id"]) if status == 202 else (status, state)
    report.row(status == 200 and answer["regions_answered"] == 1, "what she asks is signed, and a region answers", str(answer)[:200])
    report.row(re.search(r'event=call person=SE2321000131-A001 key=[0-9a-f]{32} method=POST path=/api/v1/questions status=202 '
                         r'question=' + state.get("id", "-"), desk.logged()) is not None, "the desk's log says who asked")
    status, told = ask(anna, desk, permit="P-18")
    report.row(status == 403 and "permit" in told["detail"], "a permit that her log-in does not give is refused", str(told))
    anna.api(desk, "POST", "/saved", {"name": "mine", "question": {"text": "age >= 18"}})
    bo = Browser()
    bo.login(desk, "bo")
    own = [bo.api(desk, "GET", path)[1] for path in ("/questions", "/saved")]
    hers = [anna.api(desk, "GET", path)[1] for path in ("/questions", "/saved")]
    report.row(not any(one for told in own for one in told.values() if isinstance(one, list)) and
               bo.api(desk, "GET", "/answers/" + state["id"])[0] == 404 and
               all(one for told in hers for one in told.values() if isinstance(one, list)),
               "bo has a history and saved questions of his own", str(own))
    report.equal(bo.api(desk, "GET", "/me")[1]["permits"], [], "and no permit")
    for who, why in (("cecilia", "no role"), ("dag", "assurance")):
        other = Browser()
        status, _, text, _ = other.login(desk, who)
        report.row(status == 403 and why in text and not other.is_in(desk), "%s does not come in: %s" % (who, why))
    token_of(report, desk, anna)
    report.row(bo.api(desk, "DELETE", "/session", X_Rikstal_Desk="0")[0] == 403 and bo.is_in(desk), "no other site logs him out")
    report.row(bo.api(desk, "DELETE", "/session", Origin="http://127.0.0.1:1")[0] == 403, "nor by a forged origin")
    kept = dict(bo.jar[urllib.parse.urlsplit(desk.address).netloc])
    report.row(bo.api(desk, "DELETE", "/session")[0] == 200 and not bo.is_in(desk), "he logs out")
    bo.jar[urllib.parse.urlsplit(desk.address).netloc] = kept
    report.row(not bo.is_in(desk), "and his session is over at the desk, not in his browser alone")
    status, _, _, _ = anna.call("GET", desk.address + "/", Host="evil.example")
    report.equal(status, 421, "the desk answers for its own name alone")


def token_of(report, desk, anna):
    folders = os.path.join(desk.folder, "state", "people")
    hers = [f for f in os.listdir(folders) if "A001" in open(os.path.join(folders, f, "person"), encoding="utf-8").read()]
    state = os.path.join(folders, hers[0], "desk.db")
    token = run("analyst", "scripts", "new", "night", "--state", state).out.strip()
    script = Browser()
    status, me = script.api(desk, "GET", "/me", Authorization="Bearer " + token)
    report.row(status == 200 and me["analyst"] == "SE2321000131-A001", "a token of hers opens her desk")
    report.equal(script.api(desk, "POST", "/questions", {"text": ""}, Authorization="Bearer " + token)[0], 403, "as far as its scope")
    report.equal(os.stat(folders).st_mode & 0o77, 0, "what a desk keeps of persons is its own user's")
    report.row(anna.is_in(desk), "her session stays")


# ---- attacks ---------------------------------------------------------------------------------------

# How the provider's answer is bent, and a word of the refusal.
TOKENS = (("expired", "expired"), ("early", "not of now"), ("stale", "not of now"), ("forged", "signature"),
          ("unlisted", "does not list"), ("none", "alg must be"), ("hs256", "alg must be"), ("changed", "signature"),
          ("audience", "audience"), ("azp", "azp"), ("issuer", "issuer"), ("nonce", "nonce"), ("nononce", "nonce"),
          ("replayed", "nonce"))


def said(text):
    """The reason that a screen gives."""
    found = re.search(r"<span[^>]*>([^<]*)", text)
    return found.group(1) if found else ""


def bent(desk, idp, how):
    """(was somebody let in?, what was said)"""
    idp.bend("")
    Browser().login(desk, "anna")  # so there is a token to replay
    idp.bend(how)
    browser = Browser()
    _, _, text, _ = browser.login(desk, "anna")
    idp.bend("")
    return browser.is_in(desk), text


def foreign_state(desk):
    browser = Browser()
    way = browser.to_return(desk, "anna")
    state = re.search(r"state=([^&]+)", way).group(1)
    browser.call("GET", way.replace(state, "A" * 43))
    return browser.is_in(desk)


def foreign_browser(desk):
    """An attacker's way back, opened in a victim's browser."""
    victim = Browser()
    victim.call("GET", Browser().to_return(desk, "bo"))
    return victim.is_in(desk)


def other_provider(desk):
    browser = Browser()
    way = browser.to_return(desk, "anna")
    browser.call("GET", re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fidp.example", way))
    return browser.is_in(desk)


def fixation(desk):
    """A session's name that an attacker put into the victim's browser opens the victim's desk to the attacker."""
    attacker, victim = Browser(), Browser()
    place = urllib.parse.urlsplit(desk.address).netloc
    for browser in (attacker, victim):
        browser.jar[place] = {"rikstal-desk": "a" * 64}
    victim.login(desk, "anna")
    attacker.jar[place] = {"rikstal-desk": "a" * 64}
    return victim.is_in(desk) and attacker.is_in(desk)


def second_return(desk, idp):
    """The same way back again, with the mark kept: the provider's answer is the ID token of the first time."""
    browser = Browser()
    way = browser.to_return(desk, "anna")
    place = urllib.parse.urlsplit(desk.address).netloc
    mark = dict(browser.jar[place])
    browser.call("GET", way)
    again = Browser()
    again.jar[place] = mark
    _, _, text, _ = again.call("GET", way)
    return "on its way" not in text  # the code itself works once at a real provider


def attacks(report, desk, idp):
    for how in ("es256", "eddsa"):
        report.row(bent(desk, idp, how)[0], "a token signed with %s is taken" % how)
    for how, word in TOKENS:
        came_in, text = bent(desk, idp, how)
        report.row(not came_in and word in text, "attack: token %s is refused" % how, said(text))
    came_in, text = bent(desk, idp, "userinfo")
    report.row(not came_in and "another person" in text, "attack: userinfo of another person is refused")
    came_in, text = bent(desk, idp, "huge")
    report.row(not came_in and "identity provider" in text, "attack: an answer of 300 KiB is cut off")
    for attack in (foreign_browser, other_provider, fixation, foreign_state):
        report.row(not attack(desk), "attack: %s is refused" % attack.__name__)
    report.row(not second_return(desk, idp), "attack: second_return is refused")


def controls(report, desk, idp):
    """Each defence is out of this desk, so each attack must succeed: else its row above shows nothing."""
    for how, _ in TOKENS:
        came_in, text = bent(desk, idp, how)
        report.row(came_in, "control: token %s lets somebody in" % how, said(text))
    for attack in (foreign_browser, other_provider, fixation):
        report.row(attack(desk), "control: %s succeeds" % attack.__name__)
    report.row(second_return(desk, idp), "control: second_return is taken for a log-in")


# ---- the configuration -----------------------------------------------------------------------------


def mistakes(report, desk):
    with open(desk.config, encoding="utf-8") as file:
        text = file.read()
    config = os.path.join(desk.folder, "wrong.conf")
    for change, wanted in (
            (("address = http", "address = ftp"), "wrong.conf:2: address in [desk]: https://NAME"),
            (("listen = 127.0.0.1", "listen = 0.0.0.0"), "wrong.conf:3: listen in [desk]"),
            (("organisation = north\n", ""), "no organisation in [network]"),
            (("issuer = http", "issuer = gopher"), "wrong.conf:11: issuer in [provider]"),
            (("[provider]", "idle_minutes = 3\n[provider]"), 'wrong.conf:10: unknown key "idle_minutes" in [network]'),
            (("mapping = mapping", "mapping = bad"), "bad:2: a role is given when CLAIM is VALUE")):
        with open(config, "w", encoding="utf-8") as file:
            file.write(text.replace(*change))
        with open(os.path.join(desk.folder, "bad"), "w", encoding="utf-8") as file:
            file.write("id sub\nrole national-analyst if groups is x\n")
        done = run("analyst", "desk", "check", "--config", config, codes=(2,))
        report.row(wanted in done.err, "a mistake is named: " + wanted, done.err.strip())
    report.equal(run("analyst", "desk", "check", "--config", desk.config).code, 0, "a right configuration is")


def enter(network, desks):
    key, public = (os.path.join(network.folder, "north" + end) for end in (".key", ".pub"))
    with open(public, "w", encoding="ascii") as file:
        file.write(run("analyst", "keys", "organisation", "new", "--organisation-key", key).out)
    home = ("--dir", network.home)
    run("coordinator", "roster", "add-organisation", *home, "--id", "north", "--name", "North", "--key", public,
        "--role", "national-analyst")
    for permit in ("P-17", "P-18"):
        run("coordinator", "roster", "add-permit", *home, "--id", permit, "--organisation", "north", "--until", "2099-12-31")
    return key


def tried(report, desks, idp):
    persons(report, desks[0], whole_way(report, desks[0]))
    attacks(report, desks[0], idp)
    mistakes(report, desks[0])
    controls(report, desks[1], idp)
    report.equal(desks[0].process.stop(), 0, "SIGTERM ends it")


def main():
    report = Report("log-in")
    work = provider_folder()
    with Network("login", ["01"]) as network:
        network.nodes["01"].import_csv(PEOPLE)
        network.nodes["01"].publish()
        opened = os.path.join(os.environ["RIKSTAL_BUILD"], "tests", "system", "rikstal-open-doors")
        desks = [Desk(network, "desk", free_port(), "desk0", program("analyst")),
                 Desk(network, "open-doors", free_port(), "desk1", opened)]
        key = enter(network, desks)
        network.start()
        network.wait_connected()
        idp = Idp(network, work, desks)
        try:
            for desk in desks:
                desk.configure(network, idp.issuer, key)
                desk.start(network.folder)
            tried(report, desks, idp)
        finally:
            for process in [idp.process] + [desk.process for desk in desks if desk.process]:
                process.stop()
    report.close()


main()
