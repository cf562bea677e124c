#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""10,580 published patients over 21 nodes: the sum of the nodes' counts is that of an oracle.

The oracle reads the same JSON with the standard library and evaluates each question person by
person in three-valued logic, from tables of its own: HPO closure by walking is_a edges, variants by
their coordinates and gene. Matched and undetermined must both agree, in every question.
"""
import gzip
import hashlib
import json
import os
import re
import tarfile
import tempfile

from oracle import Node, Report, data

NODES = ["01", "03", "04", "05", "06", "07", "08", "09", "10", "12", "13", "14", "17", "18", "19",
         "20", "21", "22", "23", "24", "25"]
NO, UNKNOWN, YES = 0, 1, 2  # Kleene: and = min, or = max, not = 2 - x


def load_hpo(path):
    """Parents by term, and the term of today for each alternative id."""
    graph = json.load(gzip.open(path))["graphs"][0]
    name = lambda iri: iri.rsplit("/", 1)[-1].replace("_", ":")
    parents, current, terms, replaced = {}, {}, set(), {}
    for node in graph["nodes"]:
        term = name(node["id"])
        if term.startswith("HP:") and node.get("meta", {}).get("deprecated"):
            for value in node["meta"].get("basicPropertyValues", []):
                if value["pred"].endswith("IAO_0100001"):
                    replaced.setdefault(term, set()).add(name(value["val"]))
        if not term.startswith("HP:") or node.get("meta", {}).get("deprecated"):
            continue
        terms.add(term)
        for value in node.get("meta", {}).get("basicPropertyValues", []):
            if value["pred"].endswith("hasAlternativeId"):
                current[value["val"]] = term
    for edge in graph["edges"]:
        if edge["pred"] == "is_a":
            parents.setdefault(name(edge["sub"]), []).append(name(edge["obj"]))
    for term, successors in replaced.items():  # an alternative id is first; one of several is not chosen
        if term not in current and len(successors) == 1:
            current[term] = next(iter(successors))
    for term in list(current):
        while current[term] in current:
            current[term] = current[current[term]]
    return parents, {a: t for a, t in current.items() if a not in terms and t in terms}, terms


class Ontology:
    def __init__(self, path):
        self.parents, self.alternatives, self.terms = load_hpo(path)
        self.memo = {}

    def now(self, term):
        return self.alternatives.get(term, term)

    def above(self, term):
        """The term and everything above it."""
        term = self.now(term)
        if term not in self.memo:
            found = {term}
            for parent in self.parents.get(term, []):
                found |= self.above(parent)
            self.memo[term] = found
        return self.memo[term]


def years(duration):
    """Whole years of an ISO 8601 duration of Y, M, W and D."""
    match = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", duration)
    if not match:
        return None
    y, m, _, _ = (int(g) if g else 0 for g in match.groups())
    return y + m // 12


class Person:
    def __init__(self, packet):
        subject = packet["subject"]
        self.sex = {"FEMALE": "female", "MALE": "male", "OTHER_SEX": "other"}.get(subject.get("sex"))
        age = subject.get("timeAtLastEncounter", {}).get("age")
        self.age = years(age["iso8601duration"]) if age else None
        features = packet.get("phenotypicFeatures", [])
        self.present = {f["type"]["id"] for f in features if not f.get("excluded")}
        self.absent = {f["type"]["id"] for f in features if f.get("excluded")}
        # present, and absent there or above it: neither is believed
        pairs = [(p, a) for p in self.present for a in self.absent if hpo.now(a) in hpo.above(p)]
        self.doubted_present, self.doubted_absent = {p for p, _ in pairs}, {a for _, a in pairs}
        self.present -= self.doubted_present
        self.absent -= self.doubted_absent
        self.diseases = {d["term"]["id"] for d in packet.get("diseases", []) if not d.get("excluded")}
        self.calls = []  # (variant, genes, zygosity)
        for interpretation in packet.get("interpretations", []):
            self.diseases.add(interpretation["diagnosis"]["disease"]["id"])
            for genomic in interpretation["diagnosis"].get("genomicInterpretations", []):
                self.calls.append(call(genomic["variantInterpretation"]["variationDescriptor"]))


def call(descriptor):
    record = descriptor.get("vcfRecord")
    gene = descriptor.get("geneContext", {}).get("symbol")
    state = {"GENO:0000135": "het", "GENO:0000136": "hom", "GENO:0000134": "hemi"}.get(
        descriptor.get("allelicState", {}).get("id"))
    place = None
    if record:
        place = trimmed(record["chrom"], int(record["pos"]), record["ref"].upper(), record["alt"].upper())
    return place, gene, state


def trimmed(chromosome, position, ref, alt):
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        position, ref, alt = position + 1, ref[1:], alt[1:]
    return chromosome.replace("chr", ""), position, ref, alt


# The questions, each with its meaning over one person. hpo is set by main().
hpo = None


def placed(term):
    """Does the loaded release know it? Where it lies otherwise, nobody can say."""
    return term in hpo.terms or term in hpo.alternatives


def under(*terms):
    wanted = {hpo.now(t) for t in terms}
    return lambda p: (YES if any(wanted & hpo.above(t) for t in p.present) else
                      UNKNOWN if any(wanted & hpo.above(t) for t in p.doubted_present) else
                      NO if all(map(placed, p.present | p.doubted_present)) else UNKNOWN)


def exactly(*terms):
    missed = NO if all(map(placed, terms)) else UNKNOWN
    wanted = {hpo.now(x) for x in terms}
    return lambda p: (YES if any(hpo.now(t) in wanted for t in p.present) else
                      UNKNOWN if any(hpo.now(t) in wanted for t in p.doubted_present) else missed)


def excluded(term):
    above = hpo.above(term)
    return lambda p: (YES if any(hpo.now(t) in above for t in p.absent) else
                      UNKNOWN if any(hpo.now(t) in above for t in p.doubted_absent) else
                      NO if all(map(placed, p.absent | p.doubted_absent)) else UNKNOWN)


def female(p):
    return UNKNOWN if p.sex is None else YES if p.sex == "female" else NO


def male(p):
    return UNKNOWN if p.sex is None else YES if p.sex == "male" else NO


def age(low, high=10**6):
    return lambda p: UNKNOWN if p.age is None else YES if low <= p.age <= high else NO


def omim(*codes):
    return lambda p: YES if p.diseases & {"OMIM:" + c for c in codes} else NO


def gene(*symbols, zygosity=None):
    """No assay is declared, so who is not known to carry cannot be told."""
    def value(p):
        for _, symbol, state in p.calls:
            if symbol in symbols and (zygosity is None or state in zygosity):
                return YES
        return UNKNOWN
    return value


def change(place):
    return lambda p: YES if any(c[0] == place for c in p.calls) else UNKNOWN


def both(*parts):
    return lambda p: min(part(p) for part in parts)


def either(*parts):
    return lambda p: max(part(p) for part in parts)


def negated(part):
    return lambda p: 2 - part(p)


def at_least(n, *parts):
    def value(p):
        values = [part(p) for part in parts]
        return YES if sum(v == YES for v in values) >= n else UNKNOWN if sum(v > NO for v in values) >= n else NO
    return value


def questions():
    epi, delay, micro, ataxia = "HP:0001250", "HP:0001263", "HP:0000252", "HP:0001251"
    common = COMMON_CHANGE
    return [
        ("phenotype under %s" % epi, under(epi)),
        ("phenotype = %s" % epi, exactly(epi)),
        ("phenotype under HP:0000118", under("HP:0000118")),
        ("phenotype under HP:0000707", under("HP:0000707")),
        ("phenotype in (%s, %s)" % (epi, micro), exactly(epi, micro)),
        ("phenotype excluded %s" % epi, excluded(epi)),
        ("phenotype excluded HP:0011169", excluded("HP:0011169")),
        ("not phenotype under %s" % delay, negated(under(delay))),
        ("not phenotype excluded %s" % micro, negated(excluded(micro))),
        ("phenotype under %s and phenotype excluded %s" % (delay, epi), both(under(delay), excluded(epi))),
        ("sex = female", female),
        ("sex != female", negated(female)),
        ("not sex = male and phenotype under %s" % epi, both(negated(male), under(epi))),
        ("age >= 18", age(18)),
        ("age between 2 and 5", age(2, 5)),
        ("age < 1 and sex = male", both(age(0, 0), male)),
        ("not age >= 18 and phenotype under %s" % ataxia, both(negated(age(18)), under(ataxia))),
        ("gene = STXBP1", gene("STXBP1")),
        ("gene in (NF1, LMNA) and sex = female", both(gene("NF1", "LMNA"), female)),
        ("not gene = ANKRD11", negated(gene("ANKRD11"))),
        ("variant(gene = SPINK5 and zygosity = hom)", gene("SPINK5", zygosity=["hom"])),
        ("variant(gene = ITPR1 and zygosity in (het, hemi))", gene("ITPR1", zygosity=["het", "hemi"])),
        ("variant(gene = FBN1) and phenotype under HP:0001083", both(gene("FBN1"), under("HP:0001083"))),
        ("variant(gene = STXBP1) and not phenotype under %s" % epi, both(gene("STXBP1"), negated(under(epi)))),
        ("variant(change = GRCh38:%s-%d-%s-%s)" % common, change(common)),
        ("at least 2 of (phenotype under %s, phenotype under %s, phenotype under %s)" % (epi, delay, micro),
         at_least(2, under(epi), under(delay), under(micro))),
        ("at least 2 of (phenotype under %s, sex = female, age < 10, gene = STXBP1)" % epi,
         at_least(2, under(epi), female, age(0, 9), gene("STXBP1"))),
        ("at least 3 of (phenotype under %s, phenotype excluded %s, sex = male, gene = NF1) and not age >= 60"
         % (delay, epi), both(at_least(3, under(delay), excluded(epi), male, gene("NF1")), negated(age(60)))),
        ("diagnosis = OMIM:148050", omim("148050")),
        ("diagnosis = OMIM:148050 and (sex = female or phenotype under %s)" % micro,
         both(omim("148050"), either(female, under(micro)))),
        ("not (phenotype under %s or gene = UMOD or sex = female)" % epi,
         negated(either(under(epi), gene("UMOD"), female))),
        ("code = HP:0001250 or code = OMIM:162200", either(exactly(epi), omim("162200"))),
        ("phenotype = %s" % UNKNOWN_TERM, exactly(UNKNOWN_TERM)),
        ("phenotype under %s" % UNKNOWN_TERM,
         lambda p: YES if UNKNOWN_TERM in p.present else UNKNOWN),
        ("phenotype under %s or not phenotype under %s" % (epi, epi), either(under(epi), negated(under(epi)))),
    ]


# Found in the data by main(): a change that many carry, a term that the release does not have.
COMMON_CHANGE = UNKNOWN_TERM = None


def read_packets(path):
    with tarfile.open(path) as archive:
        for member in archive:
            if member.name.endswith(".json"):
                yield os.path.basename(member.name), archive.extractfile(member).read()


def deal(packets, folder):
    """By a hash of the packet's id; a node gets its packets as files in its own folder."""
    persons = [[] for _ in NODES]
    for name, text in packets:
        packet = json.loads(text)
        node = int.from_bytes(hashlib.sha256(packet["id"].encode()).digest()[:4], "big") % len(NODES)
        persons[node].append(Person(packet))
        target = os.path.join(folder, "in-" + NODES[node])
        os.makedirs(target, exist_ok=True)
        with open(os.path.join(target, name), "wb") as file:
            file.write(text)
    return persons


def most_common_change(persons):
    seen = {}
    for node in persons:
        for person in node:
            for place, _, _ in person.calls:
                if place and set(place[2] + place[3]) <= set("ACGT"):
                    seen[place] = seen.get(place, 0) + 1
    return max(seen, key=lambda place: (seen[place], place))


def most_common_unknown_term(persons):
    seen = {}
    for node in persons:
        for person in node:
            for term in person.present - hpo.terms - set(hpo.alternatives):
                seen[term] = seen.get(term, 0) + 1
    return max(seen, key=lambda term: (seen[term], term))


def main():
    global hpo, COMMON_CHANGE, UNKNOWN_TERM
    archive = data("phenopackets", "phenopacket-store.tar.xz")
    ontology = data("ontology", "hp.v2024-04-26.json.gz")
    report = Report(__doc__.splitlines()[0])
    hpo = Ontology(ontology)
    with tempfile.TemporaryDirectory(prefix="rikstal-oracle-") as folder:
        persons = deal(read_packets(archive), folder)
        COMMON_CHANGE = most_common_change(persons)
        UNKNOWN_TERM = most_common_unknown_term(persons)
        asked = questions()
        report.note("%d packets dealt over %d nodes" % (sum(map(len, persons)), len(NODES)))
        sums = [[0, 0, 0] for _ in asked]
        for code in NODES:
            node = Node(os.path.join(folder, code), code)
            node.run("terms load hpo", ontology)
            node.run("import phenopackets", os.path.join(folder, "in-" + code), "--delivers", "diagnosis:omim",
                     codes=(0, 6))
            node.run("publish")
            for total, answer in zip(sums, node.count([q for q, _ in asked], "--allow-unknown")):
                for i, key in enumerate(("matched", "undetermined", "persons")):
                    total[i] += answer[key]
        report.note("imported, published and asked at 21 nodes")
        for (text, meaning), total in zip(asked, sums):
            values = [meaning(p) for node in persons for p in node]
            expected = [values.count(YES), values.count(UNKNOWN), len(values)]
            report.row(expected == total, "%6d %6d" % tuple(total[:2]),
                       "" if expected == total else "expected %s of %s" % (expected, total), text)
    report.close()


if __name__ == "__main__":
    main()
