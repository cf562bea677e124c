/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/vocabulary.h"

#include <assert.h>
#include <string.h>

#include "proto/query/sv_type.h"

#define ONE UINT64_C(1)
#define DATE_FIRST (-43829) /* 1850-01-01 */
#define DATE_LAST 84370     /* 2200-12-31 */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const struct field vocabulary_fields[FIELD_COUNT] = {
    [FIELD_AGE] = {FIELD_AGE, "age", SCOPE_PERSON, ALLOW_RANGE | ALLOW_EXISTS, FORM_INTEGER, 0, 150,
                   "age in years", "ålder i år"},
    [FIELD_BIRTH_YEAR] = {FIELD_BIRTH_YEAR, "birth_year", SCOPE_PERSON, ALLOW_RANGE | ALLOW_EXISTS,
                          FORM_INTEGER, 1850, 2200, "year of birth", "födelseår"},
    [FIELD_SEX] = {FIELD_SEX, "sex", SCOPE_PERSON, ALLOW_IN | ALLOW_EXISTS, FORM_WORD, 0, 0, "sex",
                   "kön"},
    [FIELD_REGION] = {FIELD_REGION, "region", SCOPE_PERSON, ALLOW_IN, FORM_REGION, 0, 0, "region",
                      "region"},
    [FIELD_DIAGNOSIS] = {FIELD_DIAGNOSIS, "diagnosis", SCOPE_PERSON,
                         ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS, FORM_CODE, 0, 0, "diagnosis",
                         "diagnos"},
    [FIELD_PHENOTYPE] = {FIELD_PHENOTYPE, "phenotype", SCOPE_PERSON,
                         ALLOW_IN | ALLOW_UNDER | ALLOW_EXCLUDED | ALLOW_EXISTS, FORM_CODE, 0, 0,
                         "phenotype", "fenotyp"},
    [FIELD_CODE] = {FIELD_CODE, "code", SCOPE_PERSON, ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS,
                    FORM_CODE, 0, 0, "event of any kind coded",
                    "händelse av vilket slag som helst med koden"},
    [FIELD_GENE] = {FIELD_GENE, "gene", SCOPE_VARIANT, ALLOW_IN, FORM_GENE, 0, 0, "gene", "gen"},
    [FIELD_CONSEQUENCE] = {FIELD_CONSEQUENCE, "consequence", SCOPE_VARIANT, ALLOW_IN, FORM_WORD, 0,
                           0, "consequence", "konsekvens"},
    [FIELD_CHANGE] = {FIELD_CHANGE, "change", SCOPE_VARIANT, ALLOW_IN, FORM_CHANGE, 0, 0,
                      "exact change", "exakt förändring"},
    [FIELD_LOCUS] = {FIELD_LOCUS, "locus", SCOPE_VARIANT, ALLOW_IN, FORM_LOCUS, 0, 0,
                     "stretch of genome", "sträcka av genomet"},
    [FIELD_ZYGOSITY] = {FIELD_ZYGOSITY, "zygosity", SCOPE_VARIANT, ALLOW_IN, FORM_WORD, 0, 0,
                        "zygosity", "zygositet"},
    [FIELD_AF] = {FIELD_AF, "af", SCOPE_VARIANT, ALLOW_RANGE | ALLOW_EXISTS, FORM_SHARE, 0, 1,
                  "highest population frequency", "högsta populationsfrekvens"},
    [FIELD_CLINVAR] = {FIELD_CLINVAR, "clinvar", SCOPE_VARIANT, ALLOW_IN | ALLOW_EXISTS, FORM_WORD,
                       0, 0, "ClinVar significance", "ClinVar-bedömning"},
    [FIELD_DECEASED] = {FIELD_DECEASED, "deceased", SCOPE_PERSON, ALLOW_IN | ALLOW_EXISTS,
                        FORM_WORD, 0, 0, "recorded as deceased:", "registrerad som avliden:"},
    [FIELD_TREATMENT] = {FIELD_TREATMENT, "treatment", SCOPE_PERSON,
                         ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS, FORM_CODE, 0, 0, "treatment",
                         "behandling"},
    [FIELD_PROCEDURE] = {FIELD_PROCEDURE, "procedure", SCOPE_PERSON,
                         ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS, FORM_CODE, 0, 0, "procedure",
                         "åtgärd"},
    [FIELD_OBSERVATION] = {FIELD_OBSERVATION, "observation", SCOPE_PERSON,
                           ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS | ALLOW_VALUE, FORM_CODE, 0, 0,
                           "observation", "observation"},
    [FIELD_DATE] = {FIELD_DATE, "date", SCOPE_EVENT, ALLOW_RANGE, FORM_DATE, DATE_FIRST, DATE_LAST,
                    "date", "datum"},
    [FIELD_LAB] = {FIELD_LAB, "lab", SCOPE_PERSON,
                   ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS | ALLOW_VALUE, FORM_CODE, 0, 0,
                   "laboratory result", "laboratoriesvar"},
    [FIELD_VAF] = {FIELD_VAF, "vaf", SCOPE_VARIANT, ALLOW_RANGE, FORM_SHARE, 0, 1,
                   "share of the reads that have the allele",
                   "andel av läsningarna som har allelen"},
    [FIELD_SPECIMEN] = {FIELD_SPECIMEN, "specimen", SCOPE_PERSON,
                        ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS | ALLOW_VALUE, FORM_CODE, 0, 0,
                        "specimen taken", "provtagning"},
    [FIELD_REPORT] = {FIELD_REPORT, "report", SCOPE_PERSON,
                      ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS | ALLOW_VALUE, FORM_CODE, 0, 0,
                      "report", "utlåtande"},
    [FIELD_DEATH] = {FIELD_DEATH, "death", SCOPE_PERSON,
                     ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS | ALLOW_VALUE, FORM_CODE, 0, 0,
                     "cause of death", "dödsorsak"},
    [FIELD_PATHOGEN] = {FIELD_PATHOGEN, "pathogen", SCOPE_PERSON,
                        ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS | ALLOW_VALUE, FORM_CODE, 0, 0,
                        "pathogen found", "påvisat smittämne"},
    [FIELD_CLASSIFICATION] = {FIELD_CLASSIFICATION, "classification", SCOPE_PERSON,
                              ALLOW_IN | ALLOW_UNDER | ALLOW_EXISTS | ALLOW_VALUE, FORM_CODE, 0, 0,
                              "classification by a laboratory", "bedömning av ett laboratorium"},
    [FIELD_SVTYPE] = {FIELD_SVTYPE, "svtype", SCOPE_VARIANT, ALLOW_IN, FORM_WORD, 0, 0,
                      "structural type", "strukturell typ"},
    [FIELD_LENGTH] = {FIELD_LENGTH, "length", SCOPE_VARIANT, ALLOW_RANGE, FORM_INTEGER, 1,
                      250000000, "length in bases", "längd i baser"},
    [FIELD_COPIES] = {FIELD_COPIES, "copies", SCOPE_VARIANT, ALLOW_RANGE, FORM_INTEGER, 0, 999,
                      "number of copies of the stretch", "antal kopior av sträckan"},
};

static const struct unsupported unsupported[] = {
    {"consent", "consent"},
    {"fusion", "gene fusions"},
    {"hgvs", "HGVS descriptions"},
    {"hrd", "homologous recombination deficiency"},
    {"inheritance", "inheritance in families"},
    {"msi", "microsatellite instability"},
    {"origin", "germline or somatic origin"},
    {"pgx.", "pharmacogenetic results"},
    {"purity", "tumour purity"},
    {"rank_score", "rank scores"},
    {"repeat", "repeat expansions"},
    {"sample", "samples"},
    {"tmb", "tumour mutational burden"},
};

/* Bits as consequence_bit() gives them; the classes are unions of them. */
enum {
    LOF = 0x1f,                 /* transcript_ablation .. frameshift_variant */
    MISSENSE_OR_WORSE = 0x3fff, /* .. protein_altering_variant */
};
#define EXON_LOSS (ONE << 41)

static const struct word consequences[] = {
    {"lof", LOF | EXON_LOSS, "loss of function", "funktionsförlust"},
    {"missense_or_worse", MISSENSE_OR_WORSE | EXON_LOSS, "missense or worse",
     "missense eller värre"},
    {"transcript_ablation", ONE << 0, NULL, NULL},
    {"splice_acceptor_variant", ONE << 1, NULL, NULL},
    {"splice_donor_variant", ONE << 2, NULL, NULL},
    {"stop_gained", ONE << 3, NULL, NULL},
    {"frameshift_variant", ONE << 4, NULL, NULL},
    {"stop_lost", ONE << 5, NULL, NULL},
    {"start_lost", ONE << 6, NULL, NULL},
    {"transcript_amplification", ONE << 7, NULL, NULL},
    {"feature_elongation", ONE << 8, NULL, NULL},
    {"feature_truncation", ONE << 9, NULL, NULL},
    {"inframe_insertion", ONE << 10, NULL, NULL},
    {"inframe_deletion", ONE << 11, NULL, NULL},
    {"missense_variant", ONE << 12, NULL, NULL},
    {"protein_altering_variant", ONE << 13, NULL, NULL},
    {"splice_donor_5th_base_variant", ONE << 14, NULL, NULL},
    {"splice_region_variant", ONE << 15, NULL, NULL},
    {"splice_donor_region_variant", ONE << 16, NULL, NULL},
    {"splice_polypyrimidine_tract_variant", ONE << 17, NULL, NULL},
    {"incomplete_terminal_codon_variant", ONE << 18, NULL, NULL},
    {"start_retained_variant", ONE << 19, NULL, NULL},
    {"stop_retained_variant", ONE << 20, NULL, NULL},
    {"synonymous_variant", ONE << 21, NULL, NULL},
    {"coding_sequence_variant", ONE << 22, NULL, NULL},
    {"mature_miRNA_variant", ONE << 23, NULL, NULL},
    {"5_prime_UTR_variant", ONE << 24, NULL, NULL},
    {"3_prime_UTR_variant", ONE << 25, NULL, NULL},
    {"non_coding_transcript_exon_variant", ONE << 26, NULL, NULL},
    {"intron_variant", ONE << 27, NULL, NULL},
    {"NMD_transcript_variant", ONE << 28, NULL, NULL},
    {"non_coding_transcript_variant", ONE << 29, NULL, NULL},
    {"coding_transcript_variant", ONE << 30, NULL, NULL},
    {"upstream_gene_variant", ONE << 31, NULL, NULL},
    {"downstream_gene_variant", ONE << 32, NULL, NULL},
    {"TFBS_ablation", ONE << 33, NULL, NULL},
    {"TFBS_amplification", ONE << 34, NULL, NULL},
    {"TF_binding_site_variant", ONE << 35, NULL, NULL},
    {"regulatory_region_ablation", ONE << 36, NULL, NULL},
    {"regulatory_region_amplification", ONE << 37, NULL, NULL},
    {"regulatory_region_variant", ONE << 38, NULL, NULL},
    {"intergenic_variant", ONE << 39, NULL, NULL},
    {"sequence_variant", ONE << 40, NULL, NULL},
    {"exon_loss_variant", EXON_LOSS, NULL, NULL},
};

static const struct word clinvar_words[] = {
    {"pathogenic", ONE << CLINVAR_PATHOGENIC, NULL, "patogen"},
    {"likely_pathogenic", ONE << CLINVAR_LIKELY_PATHOGENIC, "likely pathogenic",
     "sannolikt patogen"},
    {"uncertain", ONE << CLINVAR_UNCERTAIN, "of uncertain significance", "av oklar betydelse"},
    {"likely_benign", ONE << CLINVAR_LIKELY_BENIGN, "likely benign", "sannolikt godartad"},
    {"benign", ONE << CLINVAR_BENIGN, NULL, "godartad"},
    {"conflicting", ONE << CLINVAR_CONFLICTING, "with conflicting classifications",
     "med motstridiga bedömningar"},
    {"drug_response", ONE << CLINVAR_DRUG_RESPONSE, "affecting a drug response",
     "med betydelse för läkemedelssvar"},
    {"risk_factor", ONE << CLINVAR_RISK_FACTOR, "a risk factor", "riskfaktor"},
    {"association", ONE << CLINVAR_ASSOCIATION, "associated", "associerad"},
    {"protective", ONE << CLINVAR_PROTECTIVE, NULL, "skyddande"},
    {"affects", ONE << CLINVAR_AFFECTS, "affecting", "påverkande"},
    {"not_provided", ONE << CLINVAR_NOT_PROVIDED, "filed without a classification",
     "utan angiven bedömning"},
    {"other", ONE << CLINVAR_OTHER, "of another classification", "med annan bedömning"},
};

static const struct word zygosities[] = {
    {"het", ONE << ZYGOSITY_HET, "heterozygous", "heterozygot"},
    {"hom", ONE << ZYGOSITY_HOM, "homozygous", "homozygot"},
    {"hemi", ONE << ZYGOSITY_HEMI, "hemizygous", "hemizygot"},
};

static const struct word sv_types[] = {
    {"DEL", SV_BIT(SV_DEL), "deletion", "deletion"},
    {"DUP", SV_BIT(SV_DUP), "duplication", "duplikation"},
    {"INV", SV_BIT(SV_INV), "inversion", "inversion"},
    {"INS", SV_BIT(SV_INS), "insertion", "insertion"},
    {"CNV", SV_COPIES, "more or fewer copies (CNV)", "fler eller färre kopior (CNV)"},
};

static const struct word sexes[] = {
    {"female", ONE << SEX_FEMALE, NULL, "kvinna"},
    {"male", ONE << SEX_MALE, NULL, "man"},
    {"other", ONE << SEX_OTHER, NULL, "annat"},
    {"unknown", ONE << SEX_UNKNOWN, NULL, "okänt"},
};

static const struct word deceased_words[] = {
    {"yes", ONE << DECEASED_YES, NULL, "ja"},
    {"no", ONE << DECEASED_NO, NULL, "nej"},
};

const char *field_name(size_t i)
{
    return i < FIELD_COUNT ? vocabulary_fields[i].name : NULL;
}

const struct field *field_by_name(const char *name)
{
    assert(name);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strcmp(vocabulary_fields[i].name, name) == 0)
            return &vocabulary_fields[i];
    return NULL;
}

const struct unsupported *unsupported_by_name(const char *name)
{
    assert(name);
    for (size_t i = 0; i < COUNT_OF(unsupported); i++) {
        const char *known = unsupported[i].name;
        size_t length = strlen(known);
        bool family = known[length - 1] == '.';

        if (family ? strncmp(name, known, length) == 0 : strcmp(name, known) == 0)
            return &unsupported[i];
    }
    return NULL;
}

const struct word *field_words(enum ast_field field, size_t *n)
{
    assert(field < FIELD_COUNT && n);
    switch (field) {
    case FIELD_CONSEQUENCE:
        *n = COUNT_OF(consequences);
        return consequences;
    case FIELD_CLINVAR:
        *n = COUNT_OF(clinvar_words);
        return clinvar_words;
    case FIELD_ZYGOSITY:
        *n = COUNT_OF(zygosities);
        return zygosities;
    case FIELD_SVTYPE:
        *n = COUNT_OF(sv_types);
        return sv_types;
    case FIELD_SEX:
        *n = COUNT_OF(sexes);
        return sexes;
    case FIELD_DECEASED:
        *n = COUNT_OF(deceased_words);
        return deceased_words;
    default:
        *n = 0;
        return NULL;
    }
}

const struct word *field_word(enum ast_field field, const char *text)
{
    size_t n;
    const struct word *words = field_words(field, &n);

    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i].text, text) == 0)
            return &words[i];
    return NULL;
}

bool vocabulary_field_is_structural(enum ast_field field)
{
    return field == FIELD_SVTYPE || field == FIELD_LENGTH || field == FIELD_COPIES;
}

/* Recursion is bounded by AST_DEPTH_MAX. */
bool vocabulary_structural(const struct ast_node *inner)
{
    assert(inner);
    if (inner->kind == AST_TEST)
        return vocabulary_field_is_structural(inner->field);
    for (uint32_t i = 0; i < inner->n_children; i++)
        if (vocabulary_structural(inner->children[i]))
            return true;
    return false;
}

uint64_t vocabulary_test_mask(const struct ast_node *test)
{
    uint64_t mask = 0;
    const struct word *all;
    size_t n;

    assert(test->kind == AST_TEST && (test->op == OP_IN || test->op == OP_EXISTS));
    all = field_words(test->field, &n);
    for (size_t i = 0; test->op == OP_EXISTS && i < n; i++)
        if (test->field != FIELD_SEX || all[i].mask != ONE << SEX_UNKNOWN)
            mask |= all[i].mask;
    for (uint32_t i = 0; i < test->n_values; i++) {
        const struct word *word = field_word(test->field, test->values[i].text);

        mask |= word ? word->mask : 0;
    }
    return mask;
}
