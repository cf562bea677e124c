#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Codes, HPO, packets, ages and identities: small files, each kind in several spellings, a node a group.

Of each group all files are imported into one node, published once and asked together. Codes: every spelling of a
system is one, an unknown one is refused at the door on both sides. HPO: of every merged or replaced id of the release,
records and questions find the term of today. Packets: an item costs the item, not the patient. What contradicts, has
lost its place or cannot be is "cannot tell".
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile

from oracle import SHARED, Node, Report

RELEASE = os.path.join(SHARED, "data", "ontology", "hp.v2024-04-26.json.gz")
HEAD = "person,sex,birth_year,birth_date,age,deceased,death_date,domain,kind,system,code,date,excluded\n"
COLUMNS = HEAD.strip().split(",")
OBO = "format-version: 1.2\ndata-version: hp/releases/2025-05-06\n" + "".join(
    "\n[Term]\nid: HP:%s\nname: %s\n%s" % row for row in [
        ("0000001", "All", ""), ("0000118", "Abnormality", "is_a: HP:0000001\n"),
        ("0000256", "Macrocephaly", "is_a: HP:0000118\nalt_id: HP:0200135\nalt_id: HP:0200137\n"),
        ("0000257", "Big", "is_a: HP:0000256\n"), ("0001250", "Seizure", "is_a: HP:0000118\n"),
        ("0200135", "obsolete", "is_obsolete: true\nreplaced_by: HP:0001250\n"),  # alt_id is first
        ("0200136", "obsolete", "is_obsolete: true\nreplaced_by: HP:0000256\n"),
        ("0200138", "obsolete", "is_obsolete: true\nreplaced_by: HP:0200136\n"),
        ("0200139", "obsolete", "is_obsolete: true\nreplaced_by: HP:0200137\n"),
        ("0200140", "obsolete", "is_obsolete: true\n"),
        ("0200141", "obsolete", "is_obsolete: true\nconsider: HP:0001250\n"),
        ("0200142", "obsolete", "is_obsolete: true\nreplaced_by: HP:0200143\n"),
        ("0200143", "obsolete", "is_obsolete: true\nreplaced_by: HP:0200142\n"),
        ("0200144", "obsolete", "is_obsolete: true\nreplaced_by: HP:0001250\nreplaced_by: HP:0000256\n"),
        ("0200145", "obsolete", "is_obsolete: true\nreplaced_by: HP:7654321\n"),
    ])


def row(person, **fields):
    return ",".join([person] + [str(fields.get(c, "")) for c in COLUMNS[1:]]) + "\n"


def coded(person, kind, system, code, **more):
    return row(person, kind=kind, system=system, code=code, **more)


class Bench:
    def __init__(self, folder, obo=None, release=None):
        self.folder = folder
        self.node = Node(os.path.join(folder, "node"), "12")
        if obo:
            self.node.run("terms load hpo", self.write("hp.obo", obo))
        if release:
            self.node.run("terms load hpo", release)
        self.files = 0

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    def load(self, kind, text, *options, name=None):
        """The exit code and what the report says."""
        self.files += 1
        path = self.write(name or "f%d.%s" % (self.files, "csv" if kind == "persons" else "json"), text)
        done = self.node.run("import " + kind, path, "--json", "--quiet", *options, codes=(0, 1, 2, 4, 6))
        outcome = json.loads(done.stdout) if done.stdout.startswith("{") else {}
        codes = []
        if outcome.get("report"):
            with open(outcome["report"], encoding="utf-8") as file:
                codes = [json.loads(line) for line in file]
        return done.returncode, [c["code"] for c in codes if "total" in c], outcome

    def ask(self, *questions):
        self.node.run("publish", "--accept-shrink")
        return [(a["matched"], a["undetermined"]) for a in self.node.count(list(questions))]


# system as a file writes it, the code, as a question asks for it
SAME = [
    ("SNOMED CT", "254837009", "snomed:254837009"), ("sct", "254837009", "snomed:254837009"),
    ("http://snomed.info/sct", "254837009", "snomed:254837009"),
    ("http://snomed.info/sct/45991000052106", "254837009", "snomed:254837009"),
    ("urn:oid:2.16.840.1.113883.6.96", "254837009", "snomed:254837009"),
    ("Snomed-CT", "SNOMED:254837009", "snomed:254837009"),
    ("ICD-10-SE", "c50.1", "icd10:C501"), ("icd10se", "C501", "icd10:C50.1"), ("ICD-10", "C50.1*", "icd10:C50.1"),
    ("http://hl7.org/fhir/sid/icd-10-se", "C50.1\u2020", "icd10:C50.1"),
    ("urn:oid:1.2.752.116.1.1.1.1.3", "C50.1+", "icd10:C50.1"), ("icd10", "C50.1-", "icd10:C50.1"),
    ("KV\u00c5", "AA001", "kva:AA001"), ("kv\u00e5", "aa001", "kva:AA001"), ("KVA", "AA001", "kva:AA001"),
    ("KVA\u030a", "AA001", "kva:AA001"), ("1.2.752.116.1.3.2.1.4", "AA001", "kva:AA001"),
    ("ICD-O-3", "8500/3", "icdo3:8500/3"), ("icdo3", "M8500/3", "icdo3:8500/3"), ("ICDO", "M-8500/3", "icdo3:8500/3"),
    ("http://terminology.hl7.org/CodeSystem/icd-o-3", "8500/3", "icdo3:8500/3"), ("ICD_O_3", "8500/3", "icdo3:8500/3"),
    ("Orphanet", "ORPHA:558", "orpha:558"), ("ORPHA", "558", "orpha:558"), ("ordo", "Orphanet_558", "orpha:558"),
    ("http://www.orpha.net", "558", "orpha:558"), ("ORPHAcode", "558", "orpha:558"),
    ("ICD-10-CM", "C4A.0", "icd10cm:C4A.0"), ("icd10cm", "C4A0", "icd10cm:C4A.0"),
    ("http://hl7.org/fhir/sid/icd-10-cm", "c4a.0", "icd10cm:C4A.0"),
]
UNKNOWN = ["snomd", "icd", "lab", "icd10gm", "1.2.3.4", "http://example.org/x", "SCT2", "hp2"]
NO_FORM = [("icd10", "C5O"), ("icd10", "50"), ("icd10", "C50.1 C77.3"), ("icd10", "C50-C59"), ("icd10", "C4A"),
           ("snomed", "12345"), ("hp", "HP:125"), ("omim", "61370"), ("kva", "A1"), ("icdo3", "8500"), ("atc", "L0"),
           ("npu", "NPU1"), ("loinc", "2160"), ("mondo", "1")]


def systems(report, folder):
    bench = Bench(folder)
    code, _, outcome = bench.load("persons", HEAD + "".join(
        coded("S%d" % i, "diagnosis", system, text) for i, (system, text, _) in enumerate(SAME)))
    report.row(code == 0 and outcome["stored"] == len(SAME), "%d spellings of systems and codes are read" % len(SAME))
    wanted = {}
    for _, _, asked in SAME:
        name = asked.replace(".", "")
        wanted[name] = wanted.get(name, 0) + 1
    for asked, (matched, _) in zip(wanted, bench.ask(*["code = \"%s\"" % w for w in wanted])):
        report.row(matched == wanted[asked], "all spellings of %s are one code" % asked, matched, wanted[asked])
    code, codes, outcome = bench.load("persons", HEAD + "".join(
        coded("U%d" % i, "other", system, "1") for i, system in enumerate(UNKNOWN)))
    report.row(code == 6 and codes == ["event_system"] and outcome["rejected"] == len(UNKNOWN),
               "%d systems that are none are refused by a code of their own" % len(UNKNOWN))
    code, codes, outcome = bench.load("persons", HEAD + "".join(
        coded("F%d" % i, "other", system, text) for i, (system, text) in enumerate(NO_FORM)))
    report.row(code == 6 and codes == ["event_code"] and outcome["rejected"] == len(NO_FORM),
               "%d codes that have not the form of their system are refused" % len(NO_FORM))
    refused(report, bench)


def refused(report, bench):
    for question, says in (("diagnosis = icd10:C5O", "icd10:C50"), ("diagnosis = snomd:254837009", "snomed"),
                           ("code = lab:1", "system"), ("diagnosis = C4A", "letter and two digits"),
                           ("code = kva:A1", "five"), ("diagnosis under icd10:C5l", "icd10:C51"),
                           ("diagnosis = icd10:C50,1", ""), ("phenotype = HP:125", "seven digits")):
        done = bench.node.run("count", question, codes=(0, 1, 2))
        report.row(done.returncode == 2 and says in done.stderr, "refused before anything is counted: " + question)


# id of the record → under which of these it is found, and where it cannot be told
HPO = [("0200135", "0000256", "alt_id beats the obsolete stanza"), ("0200137", "0000256", "alt_id alone"),
       ("0200136", "0000256", "replaced_by"), ("0200138", "0000256", "replaced_by twice"),
       ("0200139", "0000256", "replaced_by an alt_id"), ("0000257", "0000256", "a child")]
NOWHERE = ["0200140", "0200141", "0200142", "0200143", "0200144", "0200145", "9990001"]


def hpo(report, folder):
    bench = Bench(folder, OBO)
    text = "".join(coded("H%d" % i, "phenotype", "hp", "HP:" + t) for i, (t, _, _) in enumerate(HPO))
    text += "".join(coded("X%d" % i, "phenotype", "hp", "HP:" + t, excluded="yes") for i, (t, _, _) in enumerate(HPO))
    code, _, _ = bench.load("persons", HEAD + text, "--delivers", "phenotype:hp")
    asked = ["phenotype under HP:0000256", "phenotype under HP:0001250"]
    asked += ["phenotype under HP:" + t for t, _, _ in HPO[:5]] + ["phenotype excluded HP:" + t for t, _, _ in HPO[:5]]
    got = bench.ask(*asked)
    report.row(code == 0 and got[:2] == [(6, 0), (0, 0)], "under finds what was merged or replaced", got[:2])
    for (term, _, what), under, excluded in zip(HPO, got[2:7], got[7:]):
        report.row(under == (6, 0) and excluded == (5, 0), "asked by its old id too: " + what, under, excluded)
    code, codes, _ = bench.load("persons", HEAD + "".join(
        coded("N%d" % i, "phenotype", "hp", "HP:" + t) for i, t in enumerate(NOWHERE)), name="f1.csv")
    got = bench.ask("phenotype under HP:0000118", "phenotype under HP:0001250", "phenotype = HP:0200140",
                    "not phenotype under HP:0000118")
    report.row(code == 0 and codes == ["term_unknown", "term_obsolete"], "what has no successor is told at import", codes)
    report.row(got == [(0, 7), (0, 7), (1, 0), (0, 7)], "and cannot be told from above", got)


def all_ids(report, folder):
    """Every id of the shared release that another term has or that was replaced."""
    if not os.path.exists(RELEASE):
        print("skipped: there is no", RELEASE)
        return
    graph = json.load(gzip.open(RELEASE))["graphs"][0]
    name = lambda text: text.rsplit("/", 1)[-1].replace("_", ":")
    obsolete, merged, replaced = set(), {}, {}
    for node in graph["nodes"]:
        meta = node.get("meta", {})
        if meta.get("deprecated"):
            obsolete.add(name(node["id"]))
        for value in meta.get("basicPropertyValues", []):
            if value["pred"].endswith("hasAlternativeId"):
                merged[value["val"]] = name(node["id"])
            if value["pred"].endswith("IAO_0100001"):
                replaced.setdefault(name(node["id"]), set()).add(name(value["val"]))

    def today(term):
        for _ in range(20):
            if term in merged:
                term = merged[term]
            elif term in obsolete and len(replaced.get(term, ())) == 1:
                term = next(iter(replaced[term]))
        return term
    ids = sorted(t for t in set(merged) | obsolete if t.startswith("HP:"))
    bench = Bench(folder, release=RELEASE)
    bench.load("persons", HEAD + "".join(coded("R" + t[3:], "phenotype", "hp", t) for t in ids), "--delivers", "phenotype:hp")
    known = [t for t in ids if today(t) not in obsolete]
    got = bench.ask(*["phenotype = " + t for t in known], *["phenotype = " + today(t) for t in known])
    same = {}
    for term in ids:
        same[today(term)] = same.get(today(term), 0) + 1
    wrong = [t for t, a, b in zip(known, got, got[len(known):]) if not a[0] == b[0] == same[today(t)]]
    report.row(not wrong and len(known) > 3700, "all %d merged or replaced ids of the release find the term of today"
               % len(known), *wrong[:5])
    lost = [t for t in ids if today(t) in obsolete]
    got = bench.ask("phenotype under HP:0000001")[0]
    report.row(got == (len(known), len(lost)), "and of the %d without a successor it cannot be told" % len(lost), got)


def packet(name, version="2.0", features=(), **more):
    return json.dumps(dict({"id": name, "subject": {"id": name, "sex": "FEMALE"}, "phenotypicFeatures": list(features),
                            "metaData": {"phenopacketSchemaVersion": version}}, **more))


def feature(term, **more):
    return dict({"type": {"id": "HP:" + term}}, **more)


SEIZURE, BIG, PARENT = "0001250", "0000257", "0000256"
# what, the file, exit code, (question, answer), ...; {P} is the packet's own name, unused by others
PACKETS = [
    ("v1 negated, version said", lambda n: packet(n, "1.0.0", [feature(SEIZURE, negated=True)]), 0, 0, 1),
    ("v1 negated, version by members", lambda n: json.dumps({"id": n, "subject": {"ageAtCollection": {"age": "P3Y"}},
     "phenotypicFeatures": [feature(SEIZURE, negated=True)]}), 0, 0, 1),
    ("v1 negated false", lambda n: packet(n, "1.0.0-RC3", [feature(SEIZURE, negated=False)]), 0, 1, 0),
    ("v2 negated", lambda n: packet(n, "2.0", [feature(SEIZURE, negated=True)]), 6, 0, 0),
    ("v2 excluded", lambda n: packet(n, "2.0.2", [feature(SEIZURE, excluded=True)]), 0, 0, 1),
    ("v1 with excluded", lambda n: packet(n, "1.0", [feature(SEIZURE, excluded=True)]), 6, 0, 0),
    ("excluded in other capitals", lambda n: packet(n, "2.0", [feature(SEIZURE, Excluded=True)]), 6, 0, 0),
    ("negated in capitals, of v1", lambda n: packet(n, "1.0", [feature(SEIZURE, NEGATED=True)]), 6, 0, 0),
    ("excluded as a word", lambda n: packet(n, "2.0", [feature(SEIZURE, excluded="true")]), 6, 0, 0),
    ("excluded as a number", lambda n: packet(n, "2.0", [feature(SEIZURE, excluded=1)]), 6, 0, 0),
    ("a status that is none of the model", lambda n: packet(n, "2.0", [feature(SEIZURE, Polarity="neg")]), 6, 0, 0),
    ("absent", lambda n: packet(n, "2.0", [feature(SEIZURE, absent=True)]), 6, 0, 0),
    ("verificationStatus", lambda n: packet(n, "2.0", [feature(SEIZURE, verificationStatus="refuted")]), 6, 0, 0),
    ("a modifier that says Excluded", lambda n: packet(n, "2.0", [feature(SEIZURE, modifiers=[{"id": "HP:0012828"}, {"id": "hp:0040285"}])]), 6, 0, 0),
    ("a modifier of another kind", lambda n: packet(n, "2.0", [feature(SEIZURE, modifiers=[{"id": "HP:0040284"}])]), 0, 1, 0),
    ("features by a name that is none", lambda n: packet(n, phenotypicFeature=[feature(SEIZURE)]), 0, "?", "?"),
    ("features within the subject", lambda n: packet(n, subject={"id": n, "phenotypes": [feature(SEIZURE)]}), 0, "?", "?"),
    ("no features by a name that is none", lambda n: packet(n, features=[feature(SEIZURE)], observedFeatures=[]), 0, 1, 0),
    ("features of the person's biosample", lambda n: packet(n, biosamples=[{"id": "b", "individualId": n, "phenotypicFeatures": [feature(SEIZURE)]}]), 0, "?", "?"),
    ("features of a biosample of nobody named", lambda n: packet(n, biosamples=[{"id": "b", "phenotypicFeatures": [feature(BIG)]}]), 0, "?", "?"),
    ("features of another's biosample", lambda n: packet(n, features=[feature(SEIZURE)], biosamples=[{"id": "b", "individualId": "other", "phenotypicFeatures": [feature(BIG)]}]), 0, 1, 0),
    ("a histological diagnosis of a biosample", lambda n: packet(n, features=[feature(SEIZURE)], biosamples=[{"id": "b", "histologicalDiagnosis": {"id": "NCIT:C3"}}]), 0, 1, 0),
    ("an ill-formed feature beside", lambda n: packet(n, features=[feature("12"), feature(SEIZURE)]), 6, 1, 0),
    ("a feature that is a number", lambda n: packet(n, features=[7, feature(SEIZURE)]), 6, 1, 0),
    ("a feature of no system", lambda n: packet(n, features=[{"type": {"id": "XX:1"}}, feature(SEIZURE)]), 6, 1, 0),
    ("an ill-formed disease", lambda n: packet(n, features=[feature(SEIZURE)], diseases=[{"term": {"id": "OMIM:1"}}]), 6, 1, 0),
    ("an onset that is none", lambda n: packet(n, features=[feature(BIG, onset={"timestamp": "soon"}), feature(SEIZURE)]), 6, 1, 0),
    ("an interpretation without form", lambda n: packet(n, features=[feature(SEIZURE)], interpretations=[7]), 6, 1, 0),
    ("a sex as a number", lambda n: json.dumps({"id": n, "subject": {"sex": 1}, "phenotypicFeatures": [feature(SEIZURE)]}), 6, 1, 0),
    ("snake case", lambda n: json.dumps({"id": n, "subject": {"date_of_birth": "2000-01-01"}, "phenotypic_features": [feature(SEIZURE)]}), 0, 1, 0),
    ("present and absent", lambda n: packet(n, features=[feature(SEIZURE), feature(SEIZURE, excluded=True)]), 0, "?", "?"),
    ("a FHIR resource", lambda n: json.dumps({"resourceType": "Condition", "id": n, "subject": {}}), 6, None, None),
    ("no known member", lambda n: json.dumps({"id": n, "characteristics": {}}), 6, None, None),
    ("an individual alone", lambda n: json.dumps({"id": n, "sex": "FEMALE"}), 6, None, None),
    ("a family", lambda n: json.dumps({"id": n, "proband": json.loads(packet(n, features=[feature(SEIZURE)])), "pedigree": {}}), 0, 1, 0),
    ("a cohort", lambda n: json.dumps({"id": n, "members": [json.loads(packet(n, features=[feature(SEIZURE)]))]}), 0, 1, 0),
    ("packed by itself", lambda n: gzip.compress(packet(n, features=[feature(SEIZURE)]).encode()), 0, 1, 0),
]


def packets(report, folder):
    for i, (what, make, code, present, absent) in enumerate(PACKETS):
        with tempfile.TemporaryDirectory(dir=folder) as own:
            bench = Bench(own, OBO)
            got, codes, _ = bench.load("phenopackets", make("P%d" % i))
            if present is None:
                report.row(got == code, "refused: " + what, codes)
                continue
            answers = bench.ask("phenotype under HP:0001250", "phenotype excluded HP:0001250")
            lost = got == 6 and (0, 1) in answers
            want = [(0, 1) if p == "?" else (p, 0) for p in (present, absent)]
            good = all(a == w or (lost and w == (0, 0) and a == (0, 1)) for a, w in zip(answers, want))
            report.row(got == code and good, what, got, answers, codes)


def contradictions(report, folder):
    bench = Bench(folder, OBO)
    pairs = [("C1", SEIZURE, SEIZURE), ("C2", BIG, PARENT), ("C3", BIG, "0000118"), ("C4", "0200136", PARENT),
             ("C5", BIG, "0200135")]
    for person, present, absent in pairs:
        bench.load("phenopackets", packet(person, features=[feature(present), feature(absent, excluded=True)]))
    bench.load("phenopackets", packet("C6", features=[feature(PARENT), feature(BIG, excluded=True)]))  # no contradiction
    got = bench.ask("phenotype under HP:0000256", "phenotype excluded HP:0000257", "phenotype under HP:0001250",
                    "phenotype = HP:0000257")
    report.row(got == [(1, 4), (1, 4), (0, 1), (0, 3)], "present below what is absent: neither is believed", got)
    code, codes, _ = bench.load("phenopackets", packet("C7", features=[feature(BIG), feature(PARENT, excluded=True)]))
    report.row(code == 0 and "event_contradicts" in codes, "and it is told at import", codes)
    bench.load("persons", HEAD + coded("C8", "diagnosis", "icd10", "C50.1") +
               coded("C8", "diagnosis", "icd10", "C50", excluded="yes"), "--delivers", "diagnosis:icd10")
    report.row(bench.ask("diagnosis = C50.1")[0][1] >= 1, "the same of systems that spell their hierarchy")


def diseases(report, folder):
    bench = Bench(folder)
    said = {"id": "OMIM:614959"}
    for i, (progress, listed) in enumerate((("SOLVED", 0), ("COMPLETED", 0), (None, 0), ("SOLVED", 1), ("UNSOLVED", 0), ("IN_PROGRESS", 0), ("UNKNOWN_PROGRESS", 0))):
        interpretation = {"diagnosis": {"disease": said}}
        if progress:
            interpretation["progressStatus"] = progress
        bench.load("phenopackets", packet("D%d" % i, interpretations=[interpretation],
                                          diseases=[{"term": said}] if listed else []))
    got = bench.ask("diagnosis = omim:614959")
    report.row(got == [(3, 4)], "a disease named only in a closed interpretation counts, an open one cannot be told", got)


# what, the row's fields, exit code, reject
AGES = [
    ("death after today", dict(birth_date="1970-01-01", death_date="2150-01-01"), "person_implausible"),
    ("birth after today", dict(birth_date="2150-01-01"), "person_field"),
    ("birth after death", dict(birth_date="1980-01-02", death_date="1980-01-01"), "person_implausible"),
    ("born 1900-01-01", dict(birth_date="1900-01-01"), "person_implausible"),
    ("born at the zero of computers, aged 3", dict(birth_date="1970-01-01", age=3), "person_implausible"),
    ("event before birth", dict(birth_date="2006-05-23", kind="diagnosis", code="icd10:C50", date="1943-01-30"), "event_implausible"),
    ("event before the year of birth", dict(birth_year=2006, kind="diagnosis", code="icd10:C50", date="2005-12-31"), "event_implausible"),
    ("event after death", dict(death_date="2001-01-01", kind="diagnosis", code="icd10:C50", date="2001-01-02"), "event_implausible"),
    ("event after today", dict(kind="diagnosis", code="icd10:C50", date="2150-01-02"), "event_implausible"),
    ("died 9999-12-31: not given", dict(birth_date="1970-01-02", death_date="9999-12-31"), None),
    ("event 9999-12-31: not given", dict(kind="diagnosis", code="icd10:C50", date="9999-12-31"), None),
]


def ages(report, folder):
    bench = Bench(folder)
    for i, (what, fields, reject) in enumerate(AGES):
        code, codes, _ = bench.load("persons", HEAD + row("A%d" % i, **fields))
        report.row((code, codes) == ((6, [reject]) if reject else (0, [])), what, code, codes)
    with tempfile.TemporaryDirectory(dir=folder) as own:
        boundary(report, Bench(own))


def boundary(report, bench):
    import datetime
    year = datetime.date.today().year
    lines = "".join(row("B%d" % n, birth_year=year - n) for n in (17, 18, 19))
    lines += row("V1", deceased="yes") + row("V2", deceased="no") + row("V3", death_date="2001-01-01", birth_date="1950-01-01")
    bench.load("persons", HEAD + lines)
    got = bench.ask("age >= 18", "age < 18", "age between 17 and 18", "deceased = yes", "deceased = no", "not deceased = yes")
    last = (datetime.date.today().month, datetime.date.today().day) == (12, 31)
    report.row(last or got[:3] == [(2, 3), (1, 3), (1, 4)], "a year alone cannot tell in its boundary year", got[:3])
    report.row(got[3:] == [(2, 3), (1, 3), (1, 3)], "deceased is yes, no, or cannot be told", got[3:])
    zones = [("2000-01-01T00:00:00+01:00", 2000), ("1999-12-31T23:30:00Z", 2000), ("1999-12-31T22:30:00Z", 1999),
             ("2000-12-31T18:00:00-06:00", 2001), ("2000-01-01", 2000)]
    for i, (time, _) in enumerate(zones):
        bench.load("phenopackets", json.dumps({"id": "Z%d" % i, "subject": {"dateOfBirth": time}}))
    got = [m for m, _ in bench.ask("birth_year = 1999", "birth_year = 2000", "birth_year = 2001")]
    report.row(got == [1, 3, 1], "a time with a zone is a day in Sweden", got)


def luhn(nine):
    total = sum(d - 9 if d > 9 else d for d in (int(c) * (2 - i % 2) for i, c in enumerate(nine)))
    return nine + str(-total % 10)


def persons(report, folder):
    bench = Bench(folder)
    ten = luhn("121212121")
    same = ["19" + ten, "19%s-%s" % (ten[:6], ten[6:]), "%s+%s" % (ten[:6], ten[6:]), "19%s\u2013%s" % (ten[:6], ten[6:]),
            "19%s_%s" % (ten[:6], ten[6:]), "\u200b19" + ten, "19%s\u00a0%s" % (ten[:6], ten[6:])]
    code, _, outcome = bench.load("persons", HEAD + "".join(row(i, sex="f") for i in same) + row(ten, sex="f", birth_year=1912))
    report.row(code == 0 and bench.ask("sex = female") == [(1, 0)], "a Swedish number in eight notations is one person", code)
    refused = ["1.91212E+11", "2E5", "1,9e11", ten, "%s %s" % (ten[:6], ten[6:])]
    code, codes, outcome = bench.load("persons", HEAD + "".join(row('"%s"' % i, sex="m") for i in refused))
    report.row(code == 6 and outcome["rejected"] == 5 and codes == ["person_id"], "rounded numbers and unknown centuries are refused", outcome)
    near = ["lab-7", "LAB-7", "lab-07", "lab 7", "lab7"]
    code, codes, outcome = bench.load("persons", HEAD + "".join(row(i, sex="m") for i in near))
    report.row(code == 0 and codes == ["person_near"] and outcome["codes"]["person_near"] == 4 and
               bench.ask("sex = male") == [(5, 0)], "ids that differ in capitals and zeros are persons of their own, and told", codes)
    sources(report, folder, ten)


def sources(report, folder, ten):
    with tempfile.TemporaryDirectory(dir=folder) as own:
        bench = Bench(own)
        first = bench.load("phenopackets", packet("1"), "--domain", "labA", name="a/a.json")[0]
        bench.load("phenopackets", packet("1"), "--domain", "labB", name="b/a.json")
        report.row(first == 0 and bench.ask("sex = female") == [(2, 0)], "one id in two domains is two persons")
        code, codes, _ = bench.load("phenopackets", packet("1", features=[feature(BIG)]), "--domain", "labA", name="c/other.json")
        report.row(code == 6 and codes == ["id_other_file"], "another file does not replace it unasked", codes)
        code, _, outcome = bench.load("phenopackets", packet("1", features=[feature(SEIZURE)]), "--domain", "labA", name="d/a.json")
        report.row(code == 0 and outcome["replaced"] == 1, "a file of its name does, and it is counted", outcome.get("replaced"))
        report.row(bench.ask("phenotype = HP:0001250")[0][0] == 1, "and what it says holds")
        bench.load("phenopackets", json.dumps({"id": "CASE", "subject": {"id": "19%s-%s" % (ten[:6], ten[6:]), "sex": "MALE"}}))
        done = subprocess.run([bench.node.program, "consent", "withdraw", "--dir", bench.node.folder],
                              input="19" + ten + "\n", capture_output=True, text=True)
        report.row(done.returncode == 0 and bench.ask("sex = male") == [(0, 0)],
                   "a withdrawal by number reaches the packet whose subject has it", done.stderr)


def neighbours(report, folder):
    """Whatever one more person's records say, of the others the same is known."""
    bench = Bench(folder, OBO)
    base = "".join(coded("M%d" % i, "phenotype", "hp", "HP:" + t, sex="f", birth_year=1970 + i)
                   for i, t in enumerate((SEIZURE, BIG, "0200140", PARENT)))
    asked = ["phenotype under HP:0001250", "phenotype under HP:0000256", "phenotype excluded HP:0000257", "age >= 50",
             "deceased = yes", "diagnosis = omim:614959", "phenotype = HP:0000257"]
    bench.load("persons", HEAD + base, "--delivers", "phenotype:hp")
    before, n, moved = bench.ask(*asked), 0, []
    for i, (what, make, _, _, _) in enumerate(PACKETS):
        bench.load("phenopackets", make("Q%d" % i))
        after, everybody = bench.ask(*asked), bench.node.count(["age >= 0"])[0]["persons"]
        for question, (m, u), (m2, u2) in zip(asked, before, after):
            no, no2 = n + 4 - m - u, everybody - m2 - u2
            if abs(m2 - m) + abs(u2 - u) + abs(no2 - no) > everybody - n - 4 or min(m2 - m, u2 - u, no2 - no) < 0:
                moved.append((what, question))
        before, n = after, everybody - 4
    report.row(not moved, "one person's packet moves nobody else, of %d kinds" % len(PACKETS), *moved[:3])


def questions(report, folder):
    """What no release has is refused before anything is counted, with what may be meant."""
    bench = Bench(folder, OBO)
    bench.node.run("terms load icd10", bench.write("icd.csv", "code,label\nC50,Breast\nC50.1,Central\nE11,Diabetes\n"))
    bench.load("persons", HEAD + coded("W1", "diagnosis", "icd10", "C50.1") + coded("W2", "phenotype", "hp", "HP:9990001"))
    bench.node.run("publish")
    for question, says in (("phenotype = HP:0000258", "HP:0000256"), ("phenotype under HP:1234567", "no release of hp has HP:1234567 at 1:17"),
                           ("diagnosis = C51", "icd10:C50"), ("diagnosis under C501X", "no release of icd10 has icd10:C50.1X at 1:17"),
                           ("sex = female or phenotype excluded HP:0000119", "HP:0000118"), ("", "--everybody"),
                           ("  ", "--everybody"), ("# nothing", "--everybody")):
        done = bench.node.run("count", question, codes=(0, 1, 2))
        report.row(done.returncode == 2 and says in done.stderr, "refused: %r" % question, done.stderr.strip()[:90])
    for question in ("phenotype = HP:9990001", "diagnosis under icd10:C50", "diagnosis = orpha:558"):
        report.row(bench.node.run("count", question, codes=(0, 1, 2)).returncode == 0, "counted: " + question)
    for question, hint in (("diagnosis = C50", True), ("diagnosis under C50", False), ("diagnosis = C50.1", False),
                           ("phenotype = HP:0000256", True), ("phenotype = HP:0000257", False), ("phenotype in (HP:0000118, HP:0000257)", True)):
        report.row(("codes below it" in bench.node.run("count", question).stderr) == hint, "a hint to under: " + question)
    page = bench.node.run("count", "--everybody").stdout
    report.row("(everybody)" in page, "everybody is counted when that is meant")


def main():
    report = Report(__doc__.splitlines()[0])
    for part in (systems, hpo, all_ids, packets, contradictions, diseases, ages, persons, neighbours, questions):
        with tempfile.TemporaryDirectory(prefix="rikstal-clinical-") as folder:
            part(report, folder)
    report.close()


if __name__ == "__main__":
    sys.exit(main())
