#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What term releases know of a question, before it is asked: three nodes with different releases.

Promises: the coordinator gets each release file once, named by its hash, and the same release of two
nodes is one file; a code that no region's release has is refused with its place and a suggestion,
before anything is charged or logged at a node; a code that some regions' releases have is asked, and
the answer says where the release lacks it; a system without a release is asked and said to be
unchecked; labels, today's codes and genes, and the hint to `under` stand in the echo; other bytes
than the hash says are refused, from the coordinator as from the cache.
"""
import hashlib
import http.server
import json
import os
import tempfile
import threading
import urllib.request

from network import Analyst, Network, Report, run, wait_until

HPO = """format-version: 1.2
data-version: hp/releases/2026-06-01

[Term]
id: HP:0000001
name: All

[Term]
id: HP:0000118
name: Phenotypic abnormality
is_a: HP:0000001

[Term]
id: HP:0001250
name: Seizure
alt_id: HP:0002279
synonym: "Epileptic fit" BROAD layperson [ORCID:0000-0001]
synonym: "Fallandesjuka" EXACT []
is_a: HP:0000118

[Term]
id: HP:0000057
name: obsolete Clitoromegaly
is_obsolete: true
replaced_by: HP:0001250

[Term]
id: HP:0000058
name: obsolete Nothing
is_obsolete: true
"""
OLD = [("C50", "Malign tumör i bröstkörtel"), ("C500", "Bröstvårta"), ("E11", "Diabetes typ 2")]
NEW = OLD + [("C508", "Överväxt")]
HGNC = ("hgnc_id\tsymbol\tprev_symbol\talias_symbol\n"
        "HGNC:3430\tERBB2\tNGL\tHER2|CD340\nHGNC:1100\tBRCA1\t\tXYZ\nHGNC:1101\tBRCA2\t\tXYZ\n")
PERSON = "person,kind,code\nP1,diagnosis,icd10:C50\nP2,diagnosis,icd10:E99.9\n"


def load(node, system, text, release=None):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(text)
        file.flush()
        node.run("terms load " + system, file.name, *(("--release", release) if release else ()))


def csv(rows):
    return "code,label\n" + "".join("%s,%s\n" % row for row in rows)


def build(network):
    for region, codes, release in (("01", OLD, "2025"), ("12", NEW, "2026"), ("14", OLD, "2025")):
        node = network.nodes[region]
        if region != "14":
            load(node, "hpo", HPO)
            load(node, "hgnc", HGNC, "2026-07")
        load(node, "icd10", csv(codes), release)
        node.import_csv(PERSON)
        node.publish()


def files_here(network):
    """The releases as the coordinator lists them, when all are there; else None."""
    nodes = network.get("/api/v1/terms")[1]["nodes"]
    terms = [term for node in nodes for term in node["terms"]]
    return nodes if len(nodes) == 3 and terms and all(t.get("here") for t in terms) else None


def check_schema(report, network):
    """schemas/terms.json describes every member, and none that is never there."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "schemas", "terms.json"), encoding="utf-8") as file:
        schema = json.load(file)
    types, met, wrong = {"string": str, "integer": int, "boolean": bool, "array": list}, set(), []

    def hold(rule, item, name):
        for missing in set(rule["required"]) - set(item):
            wrong.append("%s lacks %s" % (name, missing))
        for member, value in item.items():
            if member not in rule["properties"] or not isinstance(value, types[rule["properties"][member]["type"]]):
                wrong.append("%s has %s" % (name, member))
                continue
            met.add((name, member))
            for one in value if isinstance(value, list) else ():
                inner = rule["properties"][member]["items"]["$ref"].rsplit("/", 1)[1]
                hold(schema["$defs"][inner], one, inner)
    hold(schema, network.get("/api/v1/terms")[1], "the document")
    described = {("the document", m) for m in schema["properties"]} | {
        (name, m) for name, rule in schema["$defs"].items() for m in rule["properties"]}
    report.row(not wrong and met == described, "schemas/terms.json describes the list", wrong or sorted(described - met) or "")


def check_files(report, network, nodes):
    hashes = {t["hash"] for node in nodes for t in node["terms"]}
    report.equal(len(hashes), 4, "seven releases of three nodes are four files")
    stored = sorted(os.listdir(os.path.join(network.home, "releases")))
    report.equal(stored, sorted(hashes), "the coordinator has each of them once")
    for name in stored:
        with urllib.request.urlopen("http://%s/api/v1/terms/%s" % (network.http, name)) as answer:
            data, cache = answer.read(), answer.headers["Cache-Control"]
        if hashlib.blake2b(data, digest_size=32).hexdigest() != name or "immutable" not in cache:
            report.row(False, "a file is what its name says, for ever", name)
            break
    else:
        report.row(True, "a file is what its name says, for ever")
    report.equal(network.get("/api/v1/terms/" + "0" * 64)[0], 404, "another hash is not there")
    report.equal(network.get("/api/v1/terms/x")[0], 404, "what is no hash is not there")
    report.equal(network.call("DELETE", "/api/v1/terms/" + stored[0])[0], 405, "a file is only read")
    log = "".join(node.log() for node in network.nodes.values())
    report.row("frame_dropped" not in log, "no node dropped a frame")


def leaves(network):
    """Of every node: its ledger, and how many leaves its audit log has of others than the staff's own counts, which
    the keeper takes into the log when it comes to it."""
    return {region: (vars(node.ledger()), sum(json.loads(line)["type"] != "count" for line in node.run("audit export").out.splitlines()))
            for region, node in network.nodes.items()}


def check_refused(report, network, analyst):
    before = leaves(network)
    for question, words, position in (
            ("diagnosis = C59", ["no region's release of icd10 has icd10:C59", "did you mean icd10:C50"], "1:13"),
            ("sex = female and diagnosis in (E11, E12)", ["icd10:E12", "did you mean icd10:E11 Diabetes typ 2?"], "1:37"),
            ("phenotype = HP:0001251", ["HP:0001251", "did you mean HP:0001250 Seizure?"], "1:13"),
            ("variant(gene = BRCA9)", ["no region's release of genes has BRCA9", "did you mean BRCA"], "1:16"),
            ("variant(gene = XYZ)", ["alias of several genes", "BRCA1, BRCA2"], "1:16")):
        for command in ("ask", "explain", "price"):
            done = analyst.run(command, question, codes=None)
            good = done.code == 2 and not done.out and all(w in done.err for w in [*words, "Q030", position])
            report.row(good, "%s refuses %s" % (command, question), "" if good else (done.code, done.out, done.err))
    done = analyst.run("ask", "sex = female", "--disease", "icd10:C59", codes=None)
    report.row(done.code == 2 and "--disease: no region's release" in done.err, "and an unknown disease", done.err.strip())
    report.equal(leaves(network), before, "nothing was charged, and no node has a leaf of it")


def codes_of(asked, member="codes"):
    return {one.pop("asked"): one for one in asked.report.get(member, [])}


def check_echo(report, analyst):
    asked = analyst.ask("diagnosis = C50.8")
    report.equal(codes_of(asked), {"icd10:C50.8": {"checked": True, "label": "Överväxt", "cannot_tell": ["01", "14"]}},
                 "a code of one region's release is asked, and where it is lacking is told")
    report.equal(len(asked.answers), 3, "and all three regions answered")
    table = analyst.run("ask", "diagnosis = C50.8", "--table").out
    report.row("icd10:C50.8 Överväxt; cannot tell in Region Stockholm, Västra Götalandsregionen: the release there lacks it" in table,
               "the table says so", "" if "cannot tell in" in table else table)
    done = analyst.run("ask", "diagnosis = C50.8", "--tsv")
    report.row("cannot tell in Region Stockholm" in done.err and "cannot tell" not in done.out, "rows of figures say it on stderr")
    asked = analyst.ask("diagnosis = C50 or diagnosis under E11")
    report.equal(codes_of(asked), {"icd10:C50": {"checked": True, "label": OLD[0][1], "has_below": True},
                                   "icd10:E11": {"checked": True, "label": OLD[2][1]}},
                 "a code that has codes below it, asked with =, is told")
    asked = analyst.ask("diagnosis = mondo:0007254")
    report.equal(codes_of(asked), {"mondo:0007254": {"checked": False}}, "a system without a release is asked, unchecked")
    asked = analyst.ask("variant(gene in (HER2, BRCA1))", "--dry-run")
    report.equal(codes_of(asked, "genes"), {"HER2": {"checked": True, "symbol": "ERBB2", "hgnc": 3430},
                                            "BRCA1": {"checked": True, "symbol": "BRCA1", "hgnc": 1100}}, "genes by their names")
    for question, line in (
            ("phenotype = HP:0001250", "HP:0001250 Seizure\n"),
            ("variant(gene = HER2)", "HER2 → ERBB2\n"),
            ("phenotype = HP:0002279", "HP:0002279 → HP:0001250 Seizure\n"),
            ("phenotype = HP:0000057", "HP:0000057 → HP:0001250 Seizure\n"),
            ("phenotype = HP:0000058", "HP:0000058 obsolete Nothing; obsolete, and nothing replaced it\n"),
            ("diagnosis = C50", '"under icd10:C50" takes them too\n'),
            ("diagnosis = mondo:0007254", "; not checked: no region has a release of mondo that could be read\n")):
        for command in ("explain", "price"):
            done = analyst.run(command, question)
            report.row(line in done.out, "%s says %s" % (command, line.strip()), "" if line in done.out else done.out + done.err)


def check_search(report, analyst):
    for text, found in (("br\u00f6st", "icd10:C50\t"), ("seizure", "HP:0001250\tSeizure\thp "), ("nosuchword", None), ("fallande", "HP:0001250\tSeizure\thp 2026-06-01\tFallandesjuka\n"),
                        ("epileptic FIT", "\tEpileptic fit\n"), ("her2", "ERBB2\t\thgnc ")):
        done = analyst.run("terms", "search", text, codes=None)
        good = done.code == 0 and found in done.out if found else done.code != 0 and "no release" in done.err
        report.row(good, "terms search %s" % text, "" if good else (done.code, done.out, done.err))
    done = analyst.run("terms", "search", "diabetes", "--most", "1")
    report.equal(len(done.out.splitlines()), 1, "--most prints no more")


def check_count(report, network):
    """The region's own staff are told the same of their own release, in a file of questions too."""
    node, path = network.nodes["01"], os.path.join(network.folder, "questions.txt")
    for text, good in (("diagnosis = C50\n# one\ndiagnosis = C50.8\n", False), ("variant(gene = BRCA9)\n", False),
                       ("diagnosis = C50\nvariant(gene = HER2)\ndiagnosis = E99.9\n", True)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = node.run("count", "--file", path, codes=None)
        if good:
            lines = [json.loads(line) for line in done.out.splitlines()]
            report.row(done.code == 0 and lines[0]["codes"][0]["label"] == OLD[0][1] and lines[1]["genes"][0]["symbol"] == "ERBB2"
                       and not lines[2]["codes"][0]["checked"], "a file of known codes, and one that a record has", done.err)
        else:
            allowed = node.run("count", "--file", path, "--allow-unknown", codes=None)
            report.row(allowed.code == 0 and len(allowed.out.splitlines()) >= 1, "unless that is allowed", allowed.err)
            report.row(done.code == 2 and not done.out and "line " in done.err and "Q030" in done.err,
                       "a file with an unknown one is refused whole", done.err.strip().splitlines()[-1:])


class Liar(http.server.BaseHTTPRequestHandler):
    """In the coordinator's place: passes everything on but the files, whose last byte is another."""
    real = ""

    def do_GET(self):
        token = {"Authorization": self.headers["Authorization"]} if "Authorization" in self.headers else {}
        request = urllib.request.Request("http://%s%s" % (self.real, self.path), headers=token)
        with urllib.request.urlopen(request) as answer:
            data, kind = answer.read(), answer.headers["Content-Type"]
        if self.path.startswith("/api/v1/terms/"):
            data = data[:-2] + b"9\n"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def check_lies(report, network, analyst):
    cache = os.path.join(os.environ["XDG_CACHE_HOME"], "rikstal", "terms")
    names = sorted(os.listdir(cache))
    report.equal(names, sorted(os.listdir(os.path.join(network.home, "releases"))), "each file is kept once")
    for name in names:
        with open(os.path.join(cache, name), "r+b") as file:
            file.seek(20)
            file.write(b"#")
    report.row("Seizure" in analyst.run("explain", "phenotype = HP:0001250").out, "a file that changed in the cache is fetched again")
    before = leaves(network)
    Liar.real = network.http
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = "http://127.0.0.1:%d" % server.server_port
        done = analyst.run("ask", "diagnosis = C50", "--coordinator", address, codes=None)
        server.shutdown()
    report.row(done.code == 4 and "another file of icd10" in done.err, "other bytes than a region signed are refused",
               (done.code, done.err))
    report.equal(leaves(network), before, "and nothing was asked")


def check_alone(report, network, analyst):
    """Without a coordinator, a question is explained and priced all the same."""
    network.process.stop()
    for command in ("explain", "price"):
        done = analyst.run(command, "diagnosis = C59")
        report.row(done.code == 0 and "not checked" in done.err, "%s without a coordinator says that it did not check" % command,
                   done.err.strip())


def main():
    report = Report("terms through the network: refused before it is asked, or told what no release knows")
    with Network("terms", regions=("01", "12", "14")) as network:
        build(network)
        analyst = Analyst(network, "anna", "gms").enrol()
        network.start()
        nodes = wait_until("the release files", lambda: files_here(network))
        report.note("three nodes, every release at the coordinator")
        check_schema(report, network)
        check_files(report, network, nodes)
        check_refused(report, network, analyst)
        check_echo(report, analyst)
        check_search(report, analyst)
        check_count(report, network)
        check_lies(report, network, analyst)
        check_alone(report, network, analyst)
    report.close()


main()
