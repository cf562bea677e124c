# SPDX-License-Identifier: Apache-2.0
"""A whole network in a scratch folder: a coordinator, nodes, analysts, all real processes.

Nothing of the product's code is used, only its programs. Every wait has a deadline; every process
is stopped by its own pid; every log is a file in FOLDER/log. Environment:
    RIKSTAL_BUILD   root of the build folder (meson sets it)
    RIKSTAL_SMALL   when set, tests take smaller sizes (for the slow instrumented builds)
"""
import base64
import collections
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

import wire

# What the regions of tests declare to deliver in full.
DELIVERS = ("--delivers", "diagnosis:icd10,phenotype:hp,treatment:atc,other:igsr,other:local", "--from", "2015-01-01")
REGIONS = "01 03 04 05 06 07 08 09 10 12 13 14 17 18 19 20 21 22 23 24 25".split()
SMALL = bool(os.environ.get("RIKSTAL_SMALL"))
PATIENCE_S = 120 if SMALL else 40
PROGRAMS = {"node": "node/command/rikstal-node", "link": "node/command/rikstal-link",
            "coordinator": "coordinator/command/rikstal-coordinator",
            "analyst": "coordinator/analyst/rikstal", "synth": "tests/synth/rikstal-synth"}

Done = collections.namedtuple("Done", "code out err")


def program(name):
    build = os.environ.get("RIKSTAL_BUILD")
    path = os.path.join(build or "", PROGRAMS[name])
    if not build or not os.path.exists(path):
        print("skipped: RIKSTAL_BUILD names no build with %s" % PROGRAMS[name])
        sys.exit(77)
    return os.path.abspath(path)


def run(name, *words, codes=(0,), timeout=300, env=None, prefix=(), **options):
    """Run a program to its end; any other exit code than these ends the test."""
    command = [*prefix, program(name), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False,
                          env=dict(os.environ, **env) if env else None, **options)
    if codes is not None and done.returncode not in codes:
        raise Broken("%s\nended with %d\n%s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))
    return Done(done.returncode, done.stdout, done.stderr)


class Broken(Exception):
    """Something that the test needs did not come about."""


def wait_until(what, condition, seconds=None):
    """The first true value of the condition; Broken when it does not come in time."""
    until = time.monotonic() + (seconds or PATIENCE_S)
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise Broken("waited too long for " + what)


class Report:
    """A line for each promise, and the closing line."""

    def __init__(self, title):
        self.started = time.monotonic()
        self.passed = self.failed = 0
        print(title)

    def row(self, good, promise, figure=""):
        self.passed += bool(good)
        self.failed += not good
        print("%-6s %s%s" % ("ok" if good else "WRONG", promise, ": " + str(figure) if figure != "" else ""), flush=True)
        return good

    def equal(self, got, wanted, promise):
        return self.row(got == wanted, promise, "" if got == wanted else "%r instead of %r" % (got, wanted))

    def note(self, text):
        print("%6.1f s  %s" % (time.monotonic() - self.started, text), flush=True)

    def close(self):
        print("%d passed, %d failed, %.1f s" % (self.passed, self.failed, time.monotonic() - self.started))
        sys.exit(1 if self.failed or not self.passed else 0)


class Process:
    """A program in the background, its output in a log file."""

    def __init__(self, name, log, words, **options):
        self.name, self.log = name, log
        with open(log, "ab") as file:
            self.child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=file, stderr=file, **options)
        self.pid = self.child.pid

    def alive(self):
        return self.child.poll() is None

    def signal(self, number):
        if self.alive():
            self.child.send_signal(number)

    def wait(self, seconds=None):
        return self.child.wait(seconds or PATIENCE_S)

    def kill(self):
        self.signal(signal.SIGKILL)
        return self.wait()

    def stop(self):
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            return self.wait(30)
        except subprocess.TimeoutExpired:
            return self.kill()


def children(pid):
    """The pids whose parent this is."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                with open("/proc/%s/stat" % name, encoding="ascii", errors="replace") as file:
                    if int(file.read().rsplit(")", 1)[1].split()[1]) == pid:
                        found.append(int(name))
    return found


def child(pid, word):
    """The pid of the child of this process that has the word in its command line, or None."""
    for found in children(pid):
        with contextlib.suppress(OSError):
            with open("/proc/%d/cmdline" % found, "rb") as file:
                if word.encode() in b" ".join(file.read().split(b"\0")[:2]):
                    return found
    return None


class Ledger:
    """What a node's ledger and log say, read beside the running keeper."""

    def __init__(self, path):
        self.charges = self.charged_nrho = self.node_spent = self.released = 0
        self.spent, self.sound = {}, True
        if not os.path.exists(path):
            return
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % path, uri=True, timeout=20)) as db:
            db.execute("BEGIN")  # one moment of it: the keeper may be charging
            self.charges, = db.execute("SELECT count(*) FROM charge").fetchone()
            self.charged_nrho, = db.execute("SELECT coalesce(sum(nrho), 0) FROM charge").fetchone()
            self.spent = {key.split("\x1f")[0]: nrho for key, nrho in
                          db.execute("SELECT key, nrho FROM spent WHERE scope = 'organisation'")}
            self.node_spent, = db.execute("SELECT coalesce(sum(nrho), 0) FROM spent WHERE scope = 'node'").fetchone()
            self.released, = db.execute("SELECT count(*) FROM release WHERE state = 1").fetchone()
            self.sound = db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"

    def __eq__(self, other):
        return vars(self) == vars(other)


class Node:
    """A node's folder, what its operator does, and its processes."""

    def __init__(self, network, region):
        self.network, self.region = network, region
        self.folder = os.path.join(network.folder, "nodes", region)
        self.process = None
        self.log_from = 0

    def run(self, command, *words, **options):
        return run("node", *command.split(), *words, "--dir", self.folder, **options)

    def join(self):
        """Keys, and a place in the roster."""
        request = os.path.join(self.network.folder, "%s.request" % self.region)
        response = os.path.join(self.network.folder, "%s.response" % self.region)
        with open(request, "w", encoding="utf-8") as file:
            file.write(run("node", "init", "--dir", self.folder, "--region", self.region,
                           "--network", self.network.name).out)
        with open(os.path.join(self.folder, "node.conf"), "a", encoding="utf-8") as file:  # 21 nodes share two processors
            file.write("\n[keeper]\nslot_factor = %s\n" % os.environ.get("RIKSTAL_SLOT_FACTOR", "6"))
        with open(response, "w", encoding="utf-8") as file:
            file.write(run("coordinator", "enrol", "--dir", self.network.home, request).out)
        self.run("enrol", response)
        if self.network.officers:
            self.network.officers.name(self.region)
        self.policy(lambda policy: policy.pop("rate", None), version=0)  # a test asks more than a person does
        return self

    def import_csv(self, rows, **options):
        """Persons as a CSV text or a list of rows."""
        with tempfile.NamedTemporaryFile("w", suffix=".csv", dir=self.network.folder) as file:
            file.write(rows if isinstance(rows, str) else "".join(",".join(row) + "\n" for row in rows))
            file.flush()
            return self.run("import persons", file.name, *DELIVERS, **options)

    def publish(self, **options):
        return self.run("publish", **options)

    def count(self, questions, *words):
        """True counts, one call: a list of objects."""
        with tempfile.NamedTemporaryFile("w", suffix=".txt", dir=self.network.folder) as file:
            file.write("".join(q + "\n" for q in questions))
            file.flush()
            return [json.loads(line) for line in self.run("count --file", file.name, *words).out.splitlines()]

    def log(self):
        """What it said since its last start."""
        with open(self.network.log("node-" + self.region), encoding="utf-8", errors="replace") as file:
            return file.read()[self.log_from:]

    def start(self, prefix=()):
        self.log_from += len(self.log()) if self.process else 0
        self.process = Process("node-" + self.region, self.network.log("node-" + self.region),
                               [*prefix, program("node"), "serve", "--dir", self.folder, "--coordinator", self.network.listen])
        return self

    def keeper(self):
        """The pid of the keeper."""
        return wait_until("keeper of " + self.region, lambda: child(self.process.pid, "keeper"))

    def link(self):
        """The pid of its link."""
        return wait_until("link of " + self.region, lambda: child(self.process.pid, "rikstal-link"))

    @contextlib.contextmanager
    def hanging(self):
        """Its keeper stands still meanwhile."""
        keeper = self.keeper()
        os.kill(keeper, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(keeper, signal.SIGCONT)

    def stop(self):
        if self.process:
            return self.process.stop()
        return None

    def ledger(self):
        return Ledger(os.path.join(self.folder, "ledger.db"))

    def public_key(self):
        with open(os.path.join(self.folder, "keys", "node.pub"), encoding="ascii") as file:
            return bytes.fromhex(file.read().split()[1])

    def policy(self, change, version=1):
        """Change the policy by a function over its object; a newer version of it, by so much.

        In a network with policy keys it is signed by both and installed."""
        self.put_policy(self.changed_policy(change, version))

    def changed_policy(self, change, version=1):
        """The text of a changed policy, which nobody has seen yet."""
        with open(os.path.join(self.folder, "policy.json"), encoding="utf-8") as file:
            policy = json.load(file)
        change(policy)
        policy["version"] += version
        return json.dumps(policy)

    def put_policy(self, text):
        if not self.network.officers:
            return self.place(policy_json=text)
        path = os.path.join(self.network.folder, "policy-%s.json" % self.region)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return self.run("policy install", path, *self.network.officers.sign(path, self.region))

    def place(self, **files):
        """Texts into the folder as somebody with an editor would: policy_json=TEXT is policy.json."""
        for name, text in files.items():
            path = os.path.join(self.folder, name.replace("_", "."))
            with open(path + ".new", "w", encoding="utf-8") as file:
                file.write(text)
            os.rename(path + ".new", path)


class Officers:
    """Who signs policies: the national key, and one of each region, none of them at a node."""

    def __init__(self, network):
        self.network, self.folder = network, os.path.join(network.folder, "officers")
        os.makedirs(self.folder)
        self.name("national")

    def key(self, who):
        """Paths of the secret and the public half; made when it is first asked for."""
        key, public = (os.path.join(self.folder, who + end) for end in (".key", ".pub"))
        if not os.path.exists(key):
            with open(public, "w", encoding="ascii") as file:
                file.write(run("analyst", "keys", "new", "--key", key).out)
        return key, public

    def hex(self, who):
        with open(self.key(who)[1], encoding="ascii") as file:
            return file.read().split()[1]

    def name(self, place, who=None):
        """Into the roster, as national key or as that of a region's officer."""
        run("coordinator", "roster", "policy-key", place, self.key(who or place)[1], "--dir", self.network.home)

    def sign(self, path, region, by=None, network=None):
        """A file of signatures of each of these, by default of both who must."""
        signatures = []
        for who in by or ("national", region):
            signatures.append(os.path.join(self.folder, "%s-%s.sig" % (who, region)))
            run("node", "policy", "sign", "--key", self.key(who)[0], "--policy", path, "--network",
                network or self.network.name, "--region", region, "--out", signatures[-1])
        return signatures


class Analyst:
    """A key, a place in the roster, and the `rikstal` command with them."""

    def __init__(self, network, name, organisation, role="national-analyst", purpose="research"):
        self.network, self.name, self.organisation, self.role = network, name, organisation, role
        self.folder = os.path.join(network.folder, "analysts", name)
        self.key = os.path.join(self.folder, "analyst.key")
        self.config = os.path.join(self.folder, "rikstal.conf")
        self.purpose = purpose
        os.makedirs(self.folder)
        with open(os.path.join(self.folder, "analyst.pub"), "w", encoding="ascii") as file:
            file.write(run("analyst", "keys", "new", "--key", self.key).out)

    def enrol(self):
        home = self.network.home
        run("coordinator", "roster", "add-organisation", "--dir", home, "--id", self.organisation,
            "--name", "Organisation " + self.organisation)
        run("coordinator", "roster", "add-analyst", "--dir", home, "--id", self.name, "--organisation",
            self.organisation, "--key", os.path.join(self.folder, "analyst.pub"), "--role", self.role)
        self.network.reader = self.network.reader or self
        return self

    def configure(self):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("[rikstal]\ncoordinator = http://%s\nkey = %s\nroots = %s\n"
                       % (self.network.http, self.key, os.path.join(self.network.home, "roots")))

    def run(self, *words, **options):
        self.configure()
        return run("analyst", *words, "--config", self.config, **options)

    def token(self):
        """For what the coordinator tells members only."""
        return self.run("token").out.strip()

    def get(self, path):
        """(status, JSON or text), as this analyst."""
        return self.network.call("GET", path, token=self.token())

    def ask(self, question, *words, codes=(0,)):
        """(exit code, the report, every region's signed answer by node, the receipt's path). None: it is in the words."""
        receipt = os.path.join(self.folder, "receipt-%d.json" % time.monotonic_ns())
        question = () if question is None else (question,)
        done = self.run("ask", *question, "--json", "--receipt", receipt, *words, codes=codes)
        return self.read(done, receipt)

    def ask_all(self, question, *words, regions=None):
        """(what ask() gives, every ledger's charges before): a sum in which these regions took part, by default all.

        A region that the machine leaves standing for the two seconds of a roll misses it: asked again, at most five times."""
        wanted = set(regions or self.network.nodes)
        for _ in range(5):
            before = {region: node.ledger().charges for region, node in self.network.nodes.items()}
            asked = self.ask(question, *words, codes=(0, 3, 7))
            if took_part(asked) == wanted:
                break
        return asked, before

    def ask_while(self, question, *words):
        """Begin to ask; the function that is returned waits for the end of it."""
        receipt = os.path.join(self.folder, "receipt-%d.json" % time.monotonic_ns())
        self.configure()
        child = subprocess.Popen([program("analyst"), "ask", question, "--json", "--receipt", receipt, *words,
                                  "--config", self.config], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        def finish():
            out, err = child.communicate(timeout=PATIENCE_S)
            return self.read(Done(child.returncode, out, err), receipt)
        return finish

    def read(self, done, receipt):
        answers = {}
        if os.path.exists(receipt):
            with open(receipt, encoding="utf-8") as file:
                for region in json.load(file)["regions"]:
                    if "answer" in region:
                        key = self.network.nodes[region["node"]].public_key()
                        answers[region["node"]] = wire.Answer(base64.b64decode(region["answer"]), key)
        return Asked(done.code, json.loads(done.out) if done.out else None, done.err, answers, receipt)


Asked = collections.namedtuple("Asked", "code report err answers receipt")


def took_part(asked):
    """The regions of a sum."""
    return {r["node"] for r in asked.report["regions"] if r["state"] == "took-part"} if asked.report else set()


class Network:
    """Use as a context: everything it started is stopped, and its folder removed."""

    def __init__(self, name="test", regions=REGIONS, signed=False):
        """signed: the roster names policy keys, and every node has a policy that both signed."""
        self.name = name
        self.folder = tempfile.mkdtemp(prefix="rikstal-system-")
        os.environ["XDG_CACHE_HOME"] = os.path.join(self.folder, "cache")  # of the analysts' term releases
        self.home = os.path.join(self.folder, "coordinator")
        self.listen = self.http = self.status = None
        self.reader = None  # an analyst, as whom get() reads
        self.process = None
        self.nodes = {}
        for part in ("log", "nodes", "analysts"):
            os.makedirs(os.path.join(self.folder, part))
        run("coordinator", "init", "--dir", self.home, "--network", name, "--host", "localhost", "--host", "127.0.0.1")
        self.officers = Officers(self) if signed else None
        for region in regions:
            self.nodes[region] = Node(self, region).join()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind and issubclass(kind, Exception):
            self.tell()
        self.stop()
        if os.environ.get("RIKSTAL_KEEP"):
            print("kept: " + self.folder)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def log(self, name):
        return os.path.join(self.folder, "log", name + ".log")

    def tell(self, lines=4):
        """What was not in order in every log, for whoever must find out why."""
        for name in sorted(os.listdir(os.path.join(self.folder, "log"))):
            with open(os.path.join(self.folder, "log", name), encoding="utf-8", errors="replace") as file:
                bad = [line for line in file if " level=info " not in line]
            if bad:
                print("---- %s\n%s" % (name, "".join(bad[-lines:])), file=sys.stderr)

    def start_coordinator(self, *words, prefix=()):
        """On free ports the first time, on the same ones afterwards."""
        for name in ("listen", "http", "status"):
            with contextlib.suppress(OSError):
                os.remove(os.path.join(self.home, name))
        self.process = Process("coordinator", self.log("coordinator"),
                               [*prefix, program("coordinator"), "serve", "--dir", self.home, "--listen",
                                self.listen or "127.0.0.1:0", "--http", self.http or "127.0.0.1:0",
                                "--status", self.status or "127.0.0.1:0", *words])
        self.listen, self.http, self.status = (
            wait_until("the coordinator's address", lambda n=n: self.address(n)) for n in ("listen", "http", "status"))

    def address(self, name):
        if not self.process.alive():
            raise Broken("the coordinator ended")
        with contextlib.suppress(OSError):
            with open(os.path.join(self.home, name), encoding="ascii") as file:
                return file.read().strip()
        return None

    def start(self):
        self.start_coordinator()
        for node in self.nodes.values():
            node.start()
        self.wait_connected()

    def stop(self):
        started = [n.process for n in self.nodes.values() if n.process]
        for process in started:
            process.signal(signal.SIGCONT)
            process.signal(signal.SIGTERM)
        for process in started:
            process.stop()
        if self.process:
            self.process.stop()

    def states(self):
        return {n["node"]: n["state"] for n in self.get("/api/v1/nodes")[1]["nodes"]}

    def roster(self):
        return json.loads(run("coordinator", "roster", "show", "--json", "--dir", self.home).out)

    def wait_connected(self, regions=None, witnessed=True):
        """Connected, and cosigned by a quorum where the roster asks for one."""
        wanted = set(regions or self.nodes)

        def connected():
            with contextlib.suppress(OSError, http.client.HTTPException):
                return wanted <= {n for n, state in self.states().items() if state == "connected"}
            return False
        wait_until("%d nodes to connect" % len(wanted), connected)
        if witnessed and self.roster()["witness_quorum"]:
            wait_until("witnesses of %d nodes" % len(wanted),
                       lambda: all("event=witnessed" in self.nodes[region].log() for region in wanted))

    def get(self, path):
        """(status, JSON or text), as the analyst who was enrolled first, where there is one."""
        return self.reader.get(path) if self.reader and path != "/api/v1/nodes" else self.call("GET", path)

    def call(self, method, path, body=None, content="application/json", token=None):
        """(status, JSON or text)."""
        host, port = (self.http if path.startswith("/api/") else self.status).rsplit(":", 1)
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)
        headers = {"Content-Type": content} if body is not None else {}
        if token:
            headers["Authorization"] = "Rikstal " + token
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            data = answer.read().decode("utf-8", "replace")
            return answer.status, json.loads(data) if "json" in answer.headers.get("Content-Type", "") else data
        finally:
            connection.close()

    def post(self, sealed, wait_ms=15000):
        return self.call("POST", "/api/v1/questions", json.dumps(
            {"envelope": base64.b64encode(sealed).decode(), "wait_ms": wait_ms}))

    def roster_version(self):
        """Which one the coordinator serves."""
        return int(re.search(r"^rikstal_roster_version (\d+)$", self.call("GET", "/metrics")[1], re.M).group(1))


def small_country(network, seed=7, persons=600):
    """Synthetic people for every node; the folder with truth.json."""
    country = os.path.join(network.folder, "country")
    run("synth", "--seed", seed, "--persons", persons, "--regions", REGIONS.index(max(network.nodes)) + 1, "--out", country)
    for node in network.nodes.values():
        load_region(node, country)
    return country


def load_region(node, country):
    """Everything of one region of a synthetic country: terminologies, imports, snapshot."""
    place, terms = os.path.join(country, "region-" + node.region), os.path.join(country, "terms")
    node.run("terms load hpo", os.path.join(terms, "hpo.obo"))
    node.run("terms load icd10", os.path.join(terms, "icd10.csv"))
    node.run("terms load genes", os.path.join(terms, "genes.tsv"), "--assembly", "GRCh38")
    node.run("import persons", os.path.join(place, "persons.csv"), *DELIVERS, codes=(0, 6))  # malformed rows on purpose
    node.run("import phenopackets", os.path.join(place, "packets.tar.gz"))
    for assay in ("wgs", "panel"):
        node.run("import vcf", os.path.join(place, assay + ".vcf.gz"), "--assay", assay,
                 "--bed", os.path.join(place, assay + ".bed"))
    node.run("import events", os.path.join(place, "events.csv"), "--feed", "care", "--delivers", "observation:local,lab:npu", "--from", "2015-01-01",
             *(word for name in ("person", "kind", "system", "code", "start", "value", "unit") for word in ("--column", "%s=%s" % (name, name))))
    if os.path.exists(os.path.join(place, "tumours.vcf.gz")):  # a small region may have none
        node.run("import vcf", os.path.join(place, "tumours.vcf.gz"), "--persons", os.path.join(place, "tumours.csv"),
                 "--assay", "tumours", "--bed", os.path.join(place, "tumours.bed"))
    node.publish()


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
