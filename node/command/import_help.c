/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/import_help.h"

#include <stdio.h>

static const char *const parts[] = {
    /* kinds, options of all */
    "Usage: rikstal-node import KIND FILE... --dir DIR [OPTION...]\n"
    "       rikstal-node import list --dir DIR [--json]\n"
    "       rikstal-node import undo ID --dir DIR\n\n"
    "Reads files into the store of this node. Each file is one import: all of it or nothing. The\n"
    "same file with the same options again is \"nothing to do\" (and exits with 6 again, where "
    "rows\n"
    "of it were rejected). What was imported can be asked about after `rikstal-node publish`.\n"
    "Files are parsed in a process of their own that can open nothing and reach no\n"
    "network. Names of persons and samples are turned into keyed hashes there.\n\n"
    "Kinds:\n"
    "  vcf            variants and genotypes: VCF, VCF.gz or BCF, one or many samples\n"
    "  phenopackets   GA4GH phenopackets v2: JSON files, folders of them, .tar.xz and .tar.gz;\n"
    "                 all that are named are one import\n"
    "  persons        a CSV of persons (sex, birth year) and their coded events\n"
    "  consent        a CSV of what persons allow, their blocks and opt-outs\n\n"
    "Options of every kind:\n"
    "  --dir DIR            the node's folder\n"
    "  --dry-run            the same parser and checks, and nothing is written\n"
    "  --max-rejects N|P%   more rejected than that: nothing is imported (default: no limit)\n"
    "  --report FILE        where rejects are listed, as JSON lines (default:\n"
    "                       DIR/rejects/import-ID.jsonl); they name line, field and code, and\n"
    "                       never a value\n"
    "  --json               outcomes as JSON, one object a line\n"
    "  --quiet              no progress\n\n",
    /* feeds, variants */
    "Options of persons, consent and phenopackets:\n"
    "  --feed NAME          the files together are one full extract of this feed: what it no "
    "longer\n"
    "                       says is gone (\"removed N\"). A file of persons without --feed is the\n"
    "                       feed of its own name; consent and phenopackets without it only add\n"
    "                       and replace\n"
    "  --delivers KIND:SYSTEM,...  what the feed delivers in full, e.g. diagnosis:icd10: only "
    "there\n"
    "                       is a missing record a \"no\", elsewhere it is \"cannot tell\". Kept "
    "with\n"
    "                       the feed, and asked for once; \"nothing\" is an answer. Public: it is\n"
    "                       shown by `rikstal nodes --data`\n"
    "  --from DAY           ... since when\n"
    "  --expect-rows N      fewer rows than that: refused as cut off. 0: that the feed is empty "
    "now\n"
    "                       is meant\n\n"
    "Options of vcf:\n"
    "  --persons MAP.csv    whose the samples are: a table with the columns \"sample\" and\n"
    "                       \"person\" (default: a sample's name is its person's id). A sample\n"
    "                       that is not in it refuses the file\n"
    "  --assay NAME         the method that the samples were looked at with; with\n"
    "  --bed FILE           (or --panel) what it looks at, or\n"
    "  --whole-genome       all of it. Without --assay nobody but carriers counts as tested in\n"
    "                       answers; in `count` the sites of the file count as tested too\n"
    "  --assembly NAME      auto (default), GRCh37 or GRCh38; must not contradict the header\n"
    "  --fasta FILE         the reference, plain and with its .fai: variants are left-aligned and\n"
    "                       REF is compared with it. Without it, they are trimmed only\n"
    "  --beside             the file adds to what files of other names say of the same samples "
    "and\n"
    "                       assay. Without it, it replaces them (a re-analysis), unless they are "
    "on\n"
    "                       other chromosomes\n"
    "  --keep-filter WORD   a FILTER word that counts as passed (may be given again); without it,\n"
    "                       PASS and \".\" alone do\n"
    "  --max-samples N      default 10000\n"
    "  --max-inflation N    refuse a file that inflates more than N-fold (default 200)\n\n",
    /* phenopackets, columns, outcomes */
    "Options of phenopackets:\n"
    "  --by-subject         the person is subject.id (default: the phenopacket's own id, because\n"
    "                       subjects of publications repeat)\n"
    "  --domain NAME        of person ids (default: local)\n\n"
    "Columns of persons (in any order, person alone must be there): person, domain, sex (female,\n"
    "male, other, unknown), birth_year, birth_date, age, deceased, death_date, and for an event\n"
    "kind (diagnosis, phenotype, treatment, procedure, other), system, code, date, excluded.\n\n"
    "A file of persons or consent ends with a line feed: without, it was cut off and is "
    "refused.\n\n"
    "Columns of consent: person, domain, permit (DUO terms: GRU HMB DS NPOA NPUNCU NCU IRB RS TS,\n"
    "and QUALITY, STATISTICS, with blanks between), disease, valid_from, valid_to, blocked,\n"
    "opted_out, count_here (no: another node counts this person). A row replaces what an earlier\n"
    "file said of its person. Whose row cannot be read is excluded until it is mended. Of whom "
    "nothing is recorded, the policy's \"unrecorded\" decides.\n\n"
    "Each import ends with a line: read = stored + unchanged + filtered + rejected, counted in\n"
    "alternative alleles for vcf, packets for phenopackets and rows for the others. \"replaced\" "
    "(of\n"
    "those stored) and \"removed\" are records of earlier imports that ended.\n\n"
    "Exit codes: 0 ok, or nothing to do; 1 failure; 2 usage, or a file that is not taken; 6\n"
    "finished with rejects.\n"};

bool import_help_print(void)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (fputs(parts[i], stdout) < 0)
            return false;
    return true;
}
