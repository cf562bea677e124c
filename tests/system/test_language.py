#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The language through the programs: each construct against a count of the test's own, sets of 2,000 genes to every node.

The region's own counts are compared with what the rows of this file say, ages with a calendar of its own; the same questions
then travel, with their sets, and their receipts are verified.
"""
import datetime
import json
import os
import tempfile

from network import Analyst, Network, Report, run

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
DAY = datetime.timedelta(days=1)
BORN = {"P1": TODAY - 100 * DAY, "P2": TODAY - 200 * DAY, "P3": TODAY - 41 * DAY, "P4": TODAY - 42 * DAY}
YEARS = {"P5": TODAY.year, "P6": TODAY.year - 1}
CODES = {"P7": "C50.1", "P8": "C56.9", "P9": "C57.0", "P10": "D48.9", "P11": "E11.9", "P12": "C18.3"}
OLD = datetime.date(1970, 1, 1)
GENOTYPES = {"S1": "0/1", "S2": "0/0", "S3": "./."}
PERSONS = [*BORN, *YEARS, *CODES]
V = "variant(change = GRCh38:1-1000-A-C)"


def months(birth, day):
    return 12 * (day.year - birth.year) + day.month - birth.month - (day.day < birth.day)


def birthdays(person):
    """Every day on which the person may have been born."""
    if person not in YEARS:
        return [BORN.get(person, OLD)]
    first = datetime.date(YEARS[person], 1, 1)
    days = [first + i * DAY for i in range(366)]
    return [day for day in days if day.year == first.year and day <= TODAY]


def of_ages(meets):
    sure = [{meets(day) for day in birthdays(person)} for person in PERSONS]
    return sum(s == {True} for s in sure), sum(len(s) == 2 for s in sure)


def of_codes(*ends):
    """Codes in the order of spelling, between the two ends and below the last."""
    return sum(any(first <= code.replace(".", "") and code.replace(".", "")[:len(last)] <= last for first, last in ends)
               for code in CODES.values()), 0


QUESTIONS = {
    "age < 6 months": of_ages(lambda day: months(day, TODAY) < 6),
    "age between 3 months and 5 months": of_ages(lambda day: 3 <= months(day, TODAY) <= 5),
    "age >= 12 months": of_ages(lambda day: months(day, TODAY) >= 12),
    "age < 6 weeks": of_ages(lambda day: (TODAY - day).days < 42),
    "age <= 41 days": of_ages(lambda day: (TODAY - day).days <= 41),
    "age < 1": of_ages(lambda day: months(day, TODAY) < 12),
    "diagnosis under icd10:C50-C56": of_codes(("C50", "C56")),
    "diagnosis under icd10:II": of_codes(("C00", "D48")),
    "diagnosis under icd10:C": of_codes(("C00", "C99")),
    "diagnosis under (icd10:C18.0-C18.5, icd10:E10-E14, C57)": of_codes(("C180", "C185"), ("E10", "E14"), ("C57", "C57")),
    "diagnosis exists": (len(CODES), len(PERSONS) - len(CODES) + len(GENOTYPES)),
    V: (1, len(PERSONS) + 1),
    "tested(%s)" % V: (2, 1),
    "not tested(%s)" % V: (len(PERSONS), 1),
    "change = NC_000001.11:g.1000A>C": (1, len(PERSONS) + 1),
    "locus = hg38:chr1:990-1010": (1, len(PERSONS) + 1),
}
REFUSED = {
    "age \u2265 18": "did you mean >=?",
    "sex = male && age = 3": "did you mean and?",
    "change = 1-1000-A-C": "GRCh38:1-1000-A-C or GRCh37:1-1000-A-C",
    "diagnosis under icd10:I": "icd10:I00-I99 for the codes that begin with I",
    "gene in @nothing": "there is no file nothing@1.txt",
    "variant(change = rs80357906)": "numbers of dbSNP",
    "tested(sex = male)": "about one variant",
}


def rows():
    text = "person,sex,birth_date,birth_year,kind,code\n"
    for person in PERSONS:
        text += "%s,female,%s,%s,%s\n" % (person, "" if person in YEARS else BORN.get(person, OLD), YEARS.get(person, ""),
                                          "diagnosis,icd10:" + CODES[person] if person in CODES else ",")
    return text


def load(network):
    vcf = ("##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t%s\n"
           "chr1\t1000\t.\tA\tC\t.\tPASS\t.\tGT\t%s\n" % ("\t".join(GENOTYPES), "\t".join(GENOTYPES.values())))
    for node in network.nodes.values():
        node.import_csv(rows())
        with tempfile.NamedTemporaryFile("w", suffix=".vcf", dir=network.folder) as file:
            file.write(vcf)
            file.flush()
            node.run("import vcf", file.name, "--assay", "wgs", "--whole-genome")
        node.publish()


def make_sets(folder):
    """In the analyst's configuration, and the newest of each."""
    place = os.path.join(folder, "rikstal", "sets")
    os.makedirs(place)
    for name, text in (("panel@1.txt", "GONE\n"), ("panel@2.txt", "# two thousand\n" + "".join("G%d\n" % i for i in range(2000))),
                       ("breast@1.txt", "icd10:C50-C56, icd10:D05\n"), ("adults@4.txt", "# ECOG\nage >= 18 and\nsex = female\n")):
        with open(os.path.join(place, name), "w", encoding="utf-8") as file:
            file.write(text)
    os.environ["XDG_CONFIG_HOME"] = folder
    return os.path.dirname(place) + "/sets"


def check_counts(report, network):
    node = network.nodes["01"]
    for (question, wanted), got in zip(QUESTIONS.items(), node.count(QUESTIONS)):
        # of the three samples no birth is known
        unknown = len(GENOTYPES) if question.startswith("age") else 0
        report.equal((got["matched"], got["undetermined"]), (wanted[0], wanted[1] + unknown), question)


def check_refused(report, analyst):
    for question, says in REFUSED.items():
        done = analyst.run("explain", question, codes=None)
        report.row(done.code == 2 and says in done.err, "refused: " + question, "" if says in done.err else done.err)


def check_sets(report, network, analyst, sets):
    node = network.nodes["12"]
    got = json.loads(node.run("count", "diagnosis under @breast and @adults", "--json", cwd=os.path.dirname(sets)).out)
    report.equal(got["matched"], 2, "a region's staff count with sets, too")
    for question, text in (("variant(gene in @panel)", "variant(gene in @panel@2)"),
                           ("tested(gene in @panel) and @adults", "tested(variant(gene in @panel@2)) and @adults@4"),
                           ("diagnosis under @breast or @adults@4", "diagnosis under @breast@1 or @adults@4")):
        asked = analyst.ask(question, "--sigma", "50")
        report.equal(sorted(asked.answers), sorted(network.nodes), "every region answers " + question)
        done = run("analyst", "verify", asked.receipt, "--roots", os.path.join(network.home, "roots"), "--json", codes=None)
        report.row(done.code == 0 and text in done.out, "and its receipt holds: " + text, "" if text in done.out else done.out + done.err)
    before = {region: node.ledger().charges for region, node in network.nodes.items()}
    analyst.ask("diagnosis under @breast@1 or @adults", "--sigma", "50")
    report.equal({region: node.ledger().charges for region, node in network.nodes.items()}, before,
                 "another spelling of it is the same question, and costs nothing")


def main():
    report = Report(__doc__.splitlines()[0])
    with Network("language", regions=("01", "12")) as network:
        load(network)
        report.note("two nodes with the same persons and samples")
        check_counts(report, network)
        sets = make_sets(os.path.join(network.folder, "config"))
        analyst = Analyst(network, "anna", "gms").enrol()
        network.start()
        check_refused(report, analyst)
        check_sets(report, network, analyst, sets)
    report.close()


if __name__ == "__main__":
    main()
