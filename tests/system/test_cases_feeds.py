#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Feeds, declarations and consents: small deliveries, each with what is right behind it.

Promises: what a newer extract of a feed no longer says is gone, and an undo brings it back; a missing code is "no"
only where its kind and system are declared, or stated in full of this very person; a rejected row leaves "cannot
tell"; a file that is cut off is refused; rejects stay rejects; a consent row that cannot be read excludes, and one without a column lifts no refusal; a
re-analysis replaces what a file of another name said, and says so; of sexes, births and deaths that
differ none is believed; a publish that shrinks stops.
Each kind is tried in at least five spellings.
"""
import json
import os
import subprocess
import tempfile

from oracle import Node, Report

HEAD = "person,sex,kind,system,code,date\n"
ICD, HP = ("--delivers", "diagnosis:icd10"), ("--delivers", "phenotype:hp")
OBO = """format-version: 1.2
data-version: hp/releases/2024-04-26
ontology: hp

[Term]
id: HP:0000118
name: Phenotypic abnormality

[Term]
id: HP:0001250
name: Seizure
is_a: HP:0000118

[Term]
id: HP:0001263
name: Delay
is_a: HP:0000118
"""


def row(person, code="", kind="", sex="", date=""):
    system, _, rest = code.partition(":")
    return "%s,%s,%s,%s,%s,%s\n" % (person, sex, kind or ("diagnosis" if code else ""), system if rest else "",
                                   rest or code, date)


C50, D24, I10 = "icd10:C50.1", "icd10:D24", "icd10:I10"


class Bench:
    """A fresh node for each case."""

    def __init__(self, folder, name):
        self.place = os.path.join(folder, name)
        os.mkdir(self.place)
        self.node = Node(os.path.join(self.place, "node"))
        self.said = ""

    def write(self, name, text):
        path = os.path.join(self.place, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    def do(self, command, *words, text=None, name="p.csv"):
        path = [] if text is None else [self.write(name, text)]
        done = self.node.run(command, *path, *words, codes=range(9))
        self.said += done.stdout + done.stderr
        return done.returncode

    def hpo(self):
        return self.do("terms load hpo", text=OBO, name="hp.obo")

    def asked(self, question):
        if self.do("publish", "--accept-shrink"):
            return "not published"
        # by a file, as machines ask: a code that no release has is not refused there, but "cannot tell"
        answer = self.node.count([question])[0]
        return answer["matched"], answer["undetermined"]


def persons(bench, text, *words, name="p.csv"):
    return bench.do("import persons", *words, text=text, name=name)


# Each case: what is delivered (a function of the bench; the outcome of its last step), then question and right answer.
def corrected(first, second, *words, kind="", hpo=False):
    def steps(bench):
        if hpo:
            bench.hpo()
        persons(bench, HEAD + row("a", first, kind, "f"), *words, name="v1/p.csv")
        return persons(bench, HEAD + row("a", second, kind, "f"), *words, name="v2/p.csv")
    return steps


def left_out(*words, undo=False, names=("p.csv", "p.csv")):
    def steps(bench):
        persons(bench, HEAD + row("a", C50) + row("b", C50), *ICD, *words, name=names[0])
        persons(bench, HEAD + row("a", C50), *ICD, *words, name=names[1])
        return bench.do("import undo", "2") if undo else 0
    return steps


def two_feeds(undo=None):
    def steps(bench):
        persons(bench, HEAD + row("a", C50), "--feed", "one", *ICD)
        persons(bench, HEAD + row("a", C50), "--feed", "two", *ICD)
        code = persons(bench, HEAD + row("a", D24), "--feed", "one")
        return bench.do("import undo", undo) if undo else code
    return steps


GONE = [
    ("a corrected code of the same file name", corrected(C50, D24), "diagnosis under C50", (0, 0), 0),
    ("and the new one counts", corrected(C50, D24), "diagnosis under D24", (1, 0), 0),
    ("a corrected phenotype", corrected("HP:0001250", "HP:0001263", kind="phenotype", hpo=True),
     "phenotype under HP:0001250", (0, 0), 0),
    ("a corrected treatment", corrected("atc:L01EB02", "atc:N02BE01", kind="treatment"), "code under atc:L01EB", (0, 0), 0),
    ("in a declared feed", corrected(C50, D24, "--feed", "j", *ICD), "diagnosis under C50", (0, 0), 0),
    ("a person who is left out is nobody", left_out(), "diagnosis under C50", (1, 0), 0),
    ("in a named feed, whatever the file is called", left_out("--feed", "j", names=("x.csv", "y.csv")),
     "diagnosis under C50", (1, 0), 0),
    ("another file name without a feed adds", left_out(names=("x.csv", "y.csv")), "diagnosis under C50", (2, 0), 0),
    ("an undo brings it back", left_out(undo=True), "diagnosis under C50", (2, 0), 0),
    ("what another feed says stays", two_feeds(), "diagnosis under C50", (1, 0), 0),
    ("and goes with it", two_feeds(undo="2"), "diagnosis under C50", (0, 0), 0),
    ("an undone correction is as if it had not come", two_feeds(undo="3"), "diagnosis under D24", (0, 0), 0),
]


def delivered(text, *words, hpo=False):
    def steps(bench):
        if hpo:
            bench.hpo()
        return persons(bench, HEAD + text, *words)
    return steps


TWO = row("a", C50, sex="f") + row("b", sex="m")
NOT_SAID = [
    ("declared: no record is no", delivered(TWO, *ICD), "diagnosis under I10", (0, 0), 0),
    ("declared by another spelling of the system", delivered(TWO, "--delivers", "diagnosis:ICD-10-SE"),
     "diagnosis under I10", (0, 0), 0),
    ("nothing declared: who has none of the system cannot tell", delivered(TWO), "diagnosis under I10", (0, 1), 0),
    ("declared to deliver nothing", delivered(TWO, "--delivers", "nothing"), "diagnosis under I10", (0, 2), 0),
    ("another kind is declared", delivered(TWO, "--delivers", "procedure:icd10"), "diagnosis under C50", (1, 1), 0),
    ("another system is declared", delivered(TWO, "--delivers", "diagnosis:omim"), "diagnosis under C50", (1, 1), 0),
    ("a phenotype of a region of diagnoses", delivered(TWO, *ICD, hpo=True), "phenotype under HP:0001250", (0, 2), 0),
    ("and its negation", delivered(TWO, *ICD, hpo=True), "not phenotype under HP:0001250", (0, 2), 0),
    ("declared, and its hierarchy not loaded", delivered(TWO, *HP), "phenotype under HP:0001250", (0, 2), 0),
    ("declared, and a code that the release lacks", delivered(row("a", "HP:0009999", "phenotype") + row("b", sex="m"), *HP, hpo=True),
     "phenotype = HP:0009999", (1, 1), 0),
    ("a treatment that nobody delivers", delivered(TWO, *ICD), "code under atc:L01", (0, 2), 0),
    ("of two systems one is declared", delivered(TWO, *ICD), "diagnosis in (icd10:I10, omim:148050)", (0, 2), 0),
]

LOST = [
    ("an ill-formed code: its person cannot tell", delivered(row("a", "icd10:C5O!", sex="f") + row("b", C50), *ICD),
     "diagnosis under I10", (0, 1), 6),
    ("and keeps the facts of the row", delivered(row("a", "icd10:C5O!", sex="f"), *ICD), "sex = female", (1, 0), 6),
    ("several codes in one field", delivered(row("a", "icd10:C50.1 C77.3", sex="f"), *ICD), "diagnosis under C77", (0, 1), 6),
    ("an unreadable date: the code cannot be told", delivered(row("a", C50, date="2025-02-30"), *ICD),
     "diagnosis under C50", (0, 1), 6),
    ("and another code is no", delivered(row("a", C50, date="2025-02-30"), *ICD), "diagnosis under I10", (0, 0), 6),
    ("a system that nobody knows", delivered(row("a", "icdx:C50", sex="f"), *ICD), "diagnosis under C50", (0, 1), 6),
    ("a kind that nobody knows", delivered(row("a", C50, kind="disease", sex="f"), *ICD), "diagnosis under C50", (0, 1), 6),
    ("a row of too many fields, of a known person",
     delivered(row("a", sex="f") + "a,,diagnosis,icd10,C50.1,2020-01-01,x\n", *ICD), "diagnosis under C50", (0, 1), 6),
    ("a code that the loaded release lacks lies who knows where",
     delivered(row("a", "HP:0009999", "phenotype"), *HP, hpo=True), "phenotype under HP:0000118", (0, 1), 0),
]


def two_sources(first, second, third=None, undo=None, mended=None):
    """Files of three names, each in force; mended: the first one again."""
    def steps(bench):
        for name, text in (("x.csv", first), ("y.csv", second), ("z.csv", third), ("v2/x.csv", mended)):
            code = bench.do("import persons", text=text, name=name) if text else 0
        return bench.do("import undo", undo) if undo else code
    return steps


FEMALE, MALE = HEAD + row("a", sex="f"), HEAD + row("a", sex="m")
BORN, DAY = "person,birth_year\na,%d\n", "person,birth_date\na,%s\n"
DIED = "person,birth_date,deceased,death_date\na,1950-01-01,yes,%s\n"
DIFFER = [
    ("two sexes", two_sources(FEMALE, MALE), "sex = female", (0, 1), 0),
    ("two sexes, the other way round", two_sources(MALE, FEMALE), "sex = male", (0, 1), 0),
    ("two sexes, and one of them again", two_sources(FEMALE, MALE, FEMALE), "not sex = female", (0, 1), 0),
    ("one of the two sexes is taken back", two_sources(FEMALE, MALE, undo="2"), "sex = female", (1, 0), 0),
    ("the first of them is taken back", two_sources(FEMALE, MALE, undo="1"), "sex = female", (0, 0), 0),
    ("the first of them is corrected", two_sources(FEMALE, MALE, mended=MALE), "sex = male", (1, 0), 0),
    ("a sex and \"unknown\" do not differ", two_sources(FEMALE, HEAD + row("a", sex="unknown")), "sex = female", (1, 0), 0),
    ("the same sex twice", two_sources(FEMALE, FEMALE), "sex = female", (1, 0), 0),
    ("two years of birth", two_sources(BORN % 1950, BORN % 2020), "age >= 18", (0, 1), 0),
    ("two years of birth, the other way round", two_sources(BORN % 2020, BORN % 1950), "age >= 18", (0, 1), 0),
    ("two years of birth, of which one is taken back", two_sources(BORN % 1950, BORN % 2020, undo="2"), "age >= 18", (1, 0), 0),
    ("a day of birth in another year", two_sources(DAY % "1950-01-02", BORN % 1951), "birth_year = 1950", (0, 1), 0),
    ("two days of birth in one year", two_sources(DAY % "1950-01-02", DAY % "1950-03-04"), "birth_year = 1950", (1, 0), 0),
    ("two days of death", two_sources(DIED % "1980-01-02", DIED % "2010-01-02"), "age >= 40", (0, 1), 0),
    ("two days of death, the other way round", two_sources(DIED % "2010-01-02", DIED % "1980-01-02"), "age >= 40", (0, 1), 0),
    ("two days of death, dead all the same", two_sources(DIED % "1980-01-02", DIED % "2010-01-02"), "deceased = yes", (1, 0), 0),
    ("two days of death, of which one is taken back", two_sources(DIED % "1980-01-02", DIED % "2010-01-02", undo="1"),
     "age >= 40", (1, 0), 0),
    ("the same day of death twice", two_sources(DIED % "2010-01-02", DIED % "2010-01-02"), "age >= 40", (1, 0), 0),
    ("the same year twice", two_sources(BORN % 1950, BORN % 1950), "age >= 18", (1, 0), 0),
]


def cut(text, *words, kind="persons", before=""):
    def steps(bench):
        if before:
            persons(bench, before, "--feed", "j", *ICD, name="before.csv")
        return bench.do("import " + kind, *words, text=text)
    return steps


WHOLE = HEAD + row("a", C50) + row("b", C50)
CUT = [
    ("no last line feed", cut((WHOLE + row("c", C50))[:-1], *ICD), "everybody", None, 2),
    ("cut off in the middle of a code", cut((WHOLE + row("c", C50))[:-6], *ICD), "everybody", None, 2),
    ("fewer rows than expected", cut(WHOLE, *ICD, "--expect-rows", "3"), "everybody", None, 2),
    ("as many as expected", cut(WHOLE, *ICD, "--expect-rows", "2"), "diagnosis under C50", (2, 0), 0),
    ("a header alone, of a feed that has rows", cut(HEAD, "--feed", "j", before=WHOLE), "diagnosis under C50", (2, 0), 2),
    ("unless that is meant", cut(HEAD, "--feed", "j", "--expect-rows", "0", before=WHOLE + row("z")),
     "diagnosis under C50", (0, 0), 0),
    ("carriage returns of Windows are whole", cut(WHOLE.replace("\n", "\r\n"), *ICD), "diagnosis under C50", (2, 0), 0),
    ("consents without a last line feed", cut("person,blocked\na,yes", kind="consent", before=WHOLE),
     "diagnosis under C50", (2, 0), 2),
    ("consents cut off in a quoted field", cut('person,blocked\n"a', kind="consent", before=WHOLE),
     "diagnosis under C50", (2, 0), 2),
]


def again(text, kind="persons", name="p.csv", words=()):
    def steps(bench):
        first = bench.do("import " + kind, *words, text=text, name=name)
        second = bench.do("import " + kind, *words, text=text, name=name)
        return second if first == second else -1
    return steps


PACKET = '{"id":"P","subject":{"id":"S"},"phenotypicFeatures":[{"type":{"id":"%s"}}]}'
AGAIN = [
    ("an ill-formed code", again(HEAD + row("a", "icd10:C5O!")), 6),
    ("an ill-formed date", again(HEAD + row("a", C50, date="2025-13-01") + row("b", C50)), 6),
    ("an empty person", again(HEAD + row("", C50)), 6),
    ("a consent that cannot be read", again("person,blocked\na,perhaps\n", kind="consent"), 6),
    ("a packet that is no JSON", again('{"id":', kind="phenopackets", name="p.json"), 6),
    ("nothing rejected", again(HEAD + row("a", C50)), 0),
    ("a file that is refused", again("person,gender\na,f\n"), 2),
]


def consent(text, *words, then=None):
    def steps(bench):
        persons(bench, HEAD + row("a", sex="f") + row("b", sex="f") + row("c", sex="f"))
        code = bench.do("import consent", *words, text=text, name="c.csv")
        return bench.do("import consent", *words, text=then, name="c.csv") if then else code
    return steps


CONSENT = [
    ("a word that is no answer", consent("person,blocked\na,J\nb,no\n"), "sex = female", (2, 0), 6),
    ("a word in Swedish with a letter", consent("person,blocked\na,sp\u00e4rrad\n"), "sex = female", (2, 0), 6),
    ("an opt-out that is no answer", consent("person,opted_out\na,x\nb,?\n"), "sex = female", (1, 0), 6),
    ("a permission that is none", consent("person,permit\na,MAYBE\n"), "sex = female", (2, 0), 6),
    ("a day that is none", consent("person,permit,valid_to\na,HMB,2025-02-30\n"), "sex = female", (2, 0), 6),
    ("a field too many", consent("person,blocked\na,yes,really\n"), "sex = female", (2, 0), 6),
    ("a field too few", consent("person,permit,blocked\na,\n"), "sex = female", (2, 0), 6),
    ("two rows that differ", consent("person,blocked\na,no\na,yes\n"), "sex = female", (2, 0), 6),
    ("the same row twice is one", consent("person,blocked\na,no\na,no\n"), "sex = female", (3, 0), 0),
    ("mended, it counts again", consent("person,blocked\na,J\n", then="person,blocked\na,no\n"), "sex = female", (3, 0), 0),
    ("a file without a column blocked lifts no block", consent("person,blocked\na,yes\n", then="person,permit\na,GRU\n"),
     "sex = female", (2, 0), 0),
    ("nor does one of opt-outs alone", consent("person,blocked\na,yes\n", then="person,opted_out\na,no\n"),
     "sex = female", (2, 0), 0),
    ("one without a column opted_out lifts no opt-out", consent("person,opted_out\na,yes\n", then="person,blocked\na,no\n"),
     "sex = female", (2, 0), 0),
    ("of a feed neither", consent("person,blocked\na,yes\nb,no\n", "--feed", "k", then="person,permit\na,GRU\nb,GRU\n"),
     "sex = female", (2, 0), 0),
    ("a row that cannot be read lifts no block", consent("person,blocked\na,yes\n", then="person,permit\na,MAYBE\n"),
     "sex = female", (2, 0), 6),
    ("a column that says no lifts it", consent("person,permit,blocked\na,GRU,yes\n", then="person,blocked\na,no\n"),
     "sex = female", (3, 0), 0),
    ("a shorter list without a feed lifts nothing", consent("person,blocked\na,yes\nb,yes\n", then="person,blocked\nb,yes\n"),
     "sex = female", (1, 0), 0),
    ("one of a feed does", consent("person,blocked\na,yes\nb,yes\n", "--feed", "k", then="person,blocked\nb,yes\n"),
     "sex = female", (2, 0), 0),
    ("a quotation without an end: nobody can say whose", consent('person,blocked\n"a,yes\n'), "sex = female", (3, 0), 2),
]

VCF = "##fileformat=VCFv4.2\n" + "".join("##contig=<ID=chr%d,length=%d>\n" % c for c in ((1, 248956422), (2, 242193529))) + \
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="g">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t%s\n'


def calls(samples, *lines):
    return VCF % "\t".join(samples) + "".join("chr%d\t%d\t.\tA\tC\t.\tPASS\t.\tGT\t%s\n" % (c, p, "\t".join(g)) for c, p, *g in lines)


WGS = ("--assay", "wgs", "--whole-genome")


def analysed(first, second, *words, name="v2.vcf", undo=False):
    def steps(bench):
        bench.do("import vcf", *WGS, text=first, name="v1.vcf")
        code = bench.do("import vcf", *WGS, *words, text=second, name=name)
        return bench.do("import undo", "2") if undo else code
    return steps


V1, V2 = calls("A", (1, 1000, "0/1"), (1, 5000, "1/1")), calls("A", (1, 5000, "0/1"))
LOST_CALL = "variant(change = GRCh38:1-1000-A-C)"


def blocks(*stretches):
    """A gVCF of A: blocks of chr1 and of chr2."""
    return VCF.replace(',Description="g">', ',Description="g">\n##ALT=<ID=NON_REF,Description="any other">') % "A" + "".join(
        "chr%d\t%d\t.\tA\t<NON_REF>\t.\t.\tEND=%d\tGT:DP:GQ\t0/0:30:60\n" % s for s in stretches)


def two_gvcfs(*words, undo=0):
    def steps(bench):
        bench.do("import vcf", text=blocks((1, 1, 2000), (2, 1, 2000)), name="g1.vcf")
        code = bench.do("import vcf", *words, text=blocks((1, 1500, 3000), (2, 1, 2000)), name="g2.vcf")
        return bench.do("import undo", str(undo)) if undo else code
    return steps


BOTH = "at least 3 of (not variant(change = GRCh38:1-1000-A-C), not variant(change = GRCh38:1-2500-A-C), not variant(change = GRCh38:2-9-A-C))"
REANALYSED = [
    ("another file name", analysed(V1, V2), LOST_CALL, (0, 0), "another file"),
    ("the same file name", analysed(V1, V2, name="v1.vcf"), LOST_CALL, (0, 0), "replaced 1"),
    ("its zygosity too", analysed(V1, V2), "variant(zygosity = hom)", (0, 0), "another file"),
    ("undone, the older counts", analysed(V1, V2, undo=True), LOST_CALL, (1, 0), "import 2 is undone"),
    ("told to stand beside", analysed(V1, V2, "--beside"), LOST_CALL, (1, 0), "replaced 0"),
    ("another chromosome adds up", analysed(V1, calls("A", (2, 7, "0/1"))), LOST_CALL, (1, 0), "replaced 0"),
    ("two gVCFs beside each other: what either has a block for", two_gvcfs("--beside"), BOTH, (1, 0), "replaced 0"),
    ("two gVCFs beside each other: what neither has", two_gvcfs("--beside"), "variant(change = GRCh38:1-4000-A-C)", (0, 1), "replaced 0"),
    ("a gVCF in place of another", two_gvcfs(), LOST_CALL, (0, 1), "replaced 1"),
    ("the first of two gVCFs is undone", two_gvcfs("--beside", undo=1), LOST_CALL, (0, 1), "import 1 is undone"),
    ("the second of two gVCFs is undone", two_gvcfs("--beside", undo=2), BOTH, (0, 1), "import 2 is undone"),
    ("one person of a joint file", analysed(calls("AB", (1, 1000, "0/1", "0/1")), V2), LOST_CALL, (1, 0), "another file"),
    ("a joint file after one of one person", analysed(V1, calls("AB", (1, 5000, "0/0", "0/1"))), LOST_CALL, (0, 0), "another file"),
]


def told(act, person, *words):
    def steps(bench):
        persons(bench, HEAD + row("a", sex="f") + row("b", sex="f"))
        path = bench.write("id.txt", person + "\n")
        with open(path) as file:
            done = subprocess.run([bench.node.program, "consent", act, *words, "--dir", bench.node.folder], stdin=file,
                                  capture_output=True, text=True)
        bench.said = done.stdout + done.stderr
        return done.returncode
    return steps


TOLD = [
    ("withdraw, known", told("withdraw", "a"), "sex = female", (1, 0), 0, "known here"),
    ("withdraw, unknown", told("withdraw", "z"), "sex = female", (2, 0), 2, "--in-advance"),
    ("withdraw, of another domain", told("withdraw", "a", "--domain", "elsewhere"), "sex = female", (2, 0), 2, "--domain"),
    ("withdraw, in advance", told("withdraw", "z", "--in-advance"), "sex = female", (2, 0), 0, "nobody here"),
    ("block, known", told("block", "b"), "sex = female", (1, 0), 0, "known here"),
    ("block, unknown", told("block", "z"), "sex = female", (2, 0), 0, "nobody here"),
    ("unblock takes no --in-advance", told("unblock", "a", "--in-advance"), "sex = female", (2, 0), 2, "goes with withdraw"),
]

REFUSED = [
    ("a feed that never declared", ("--feed", "j"), "--delivers"), ("a kind that is none", ("--delivers", "illness:icd10"), "KIND:SYSTEM"),
    ("a system that is none", ("--delivers", "diagnosis:icd01"), "no code system"), ("no system", ("--delivers", "diagnosis"), "KIND:SYSTEM"),
    ("nothing and something", ("--delivers", "nothing,diagnosis:icd10"), "alone"), ("a day alone", ("--from", "2015-01-01"), "--delivers"),
    ("a day that is none", (*ICD, "--from", "2015-02-30"), "--from"), ("a day to come", (*ICD, "--from", "2099-01-01"), "that has come"), ("rows that are no number", ("--expect-rows", "many"), "--expect-rows"),
    ("an identity number as a name", ("--feed", "19121212-1212", *ICD), "feed"), ("an empty name", ("--feed", "", *ICD), "--feed"),
]


def check(report, bench, kind, name, steps, question, right, code, word=""):
    got = steps(bench)
    answer = bench.asked(question) if right is not None else None
    good = got == code and (right is None or answer == right) and word in bench.said
    report.row(good, "%s: %s" % (kind, name), "" if good else "exit %s, right %s; %s, right %s; %s" %
               (got, code, answer, right, bench.said))


def shrink(report, folder):
    for n, (before, after, code) in enumerate([(10, 8, 0), (10, 7, 2), (100, 79, 2), (3, 2, 2), (4, 9, 0)]):
        bench = Bench(folder, "shrink%d" % n)
        persons(bench, HEAD + "".join(row("p%d" % i, C50) for i in range(before)), *ICD)
        bench.do("publish")
        persons(bench, HEAD + "".join(row("p%d" % i, C50) for i in range(after)))
        got = bench.do("publish")
        report.row(got == code and ("was %d, is %d" % (before, after) if code == 0 else "--accept-shrink") in bench.said,
                   "publish: from %d to %d persons" % (before, after), bench.said if got != code else "")
    bench = Bench(folder, "shrink-events")
    persons(bench, HEAD + "".join(row("a", "icd10:C%d" % i) for i in range(10, 20)) + row("b", sex="f"), *ICD)
    bench.do("publish")
    persons(bench, HEAD + row("a", "icd10:C10") + row("b", sex="f"))
    report.row(bench.do("publish") == 2 and "coded events" in bench.said, "publish: fewer events of the same persons")
    report.row(bench.do("publish", "--accept-shrink") == 0, "publish: unless told")


def main():
    report = Report(__doc__.splitlines()[0])
    with tempfile.TemporaryDirectory(prefix="rikstal-feeds-") as folder:
        number = 0
        for kind, cases in (("gone", GONE), ("not said", NOT_SAID), ("lost", LOST), ("differ", DIFFER), ("cut off", CUT),
                            ("consent", CONSENT)):
            for name, steps, question, right, code in cases:
                number += 1
                check(report, Bench(folder, str(number)), kind, name, steps, question, right, code)
        for name, steps, code in AGAIN:
            number += 1
            check(report, Bench(folder, str(number)), "again", name, steps, "", None, code)
        for name, steps, question, right, word in REANALYSED:
            number += 1
            check(report, Bench(folder, str(number)), "re-analysed", name, steps, question, right, 0, word)
        for name, steps, question, right, code, word in TOLD:
            number += 1
            check(report, Bench(folder, str(number)), "told", name, steps, question, right, code, word)
        for name, words, word in REFUSED:
            number += 1
            bench = Bench(folder, str(number))
            got = persons(bench, WHOLE, *words)
            good = got in (2, 4) and word in bench.said
            report.row(good, "refused: " + name, "" if good else bench.said)
        shrink(report, folder)
    report.close()


if __name__ == "__main__":
    main()
