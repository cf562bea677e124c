/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/verify_receipt.h"

#include <assert.h>
#include <string.h>

#include "coordinator/analyst/blind.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/canon.h"
#include "proto/query/named_set.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "proto/query/wire.h"
#include "proto/trust/envelope.h"

/* Compares canonical bytes, because a reworded question is the same question. */
static bool same_question(const struct ast *a, const struct ast *b)
{
    struct bytes one = {0}, other = {0};
    struct err ignored;
    bool same = canon_criterion(a, &one, &ignored) && canon_criterion(b, &other, &ignored) &&
                !one.failed && !other.failed && one.size == other.size &&
                memcmp(one.data, other.data, one.size) == 0;

    bytes_clear(&one);
    bytes_clear(&other);
    return same;
}

/* Its named sets are those that were signed. */
static bool parse_told(const char *text, const struct ast *as_signed, struct arena *arena,
                       struct ast *out)
{
    struct diagnostics found;
    struct named_sets sets;
    struct err ignored;

    return named_library_of(as_signed->root, arena, &sets, &ignored) &&
           parse_with_sets(text, strlen(text), &sets, arena, out, &found);
}

/* The text beside the signed question is not signed, so it must at least be the same question. */
static bool text_of(const struct receipt *receipt, struct arena *arena,
                    struct verified_receipt *out, struct err *err)
{
    struct bytes text = {0};
    struct ast as_signed, as_told;
    bool printed;

    if (!wire_decode(out->message->criterion, out->message->n_criterion, arena, &as_signed, err))
        return false;
    if (receipt->question[0] && (!parse_told(receipt->question, &as_signed, arena, &as_told) ||
                                 !same_question(&as_signed, &as_told)))
        return err_set(err, ERR_DENIED, "its text is not the one that was signed");
    print(&as_signed, &text);
    bytes_add_u8(&text, 0);
    out->text = text.failed ? NULL : arena_strdup(arena, (const char *)text.data);
    printed = out->text != NULL;
    bytes_clear(&text);
    return printed || err_memory(err);
}

/* Checks as of the time of the receipt, which must be within the question's validity. */
static bool question_of(const struct receipt *receipt, const struct roster *roster,
                        struct arena *arena, struct verified_receipt *out, struct err *err)
{
    Rikstal__V1__Envelope *envelope;
    struct question question;

    if (!envelope_parse(receipt->envelope, receipt->envelope_bytes, arena, &envelope, err) ||
        !question_check(envelope, (struct roster_view){roster, NULL, receipt->asked_s}, arena,
                        &question, err))
        return false;
    out->message = question.message;
    return text_of(receipt, arena, out, err) &&
           plan_new(&question, roster, receipt->envelope, receipt->envelope_bytes, &out->plan, err);
}

static size_t not_verified(const struct report *report)
{
    size_t n = 0;

    for (size_t i = 0; i < report->n_regions; i++)
        n += strcmp(report->region[i].is.code, "not-verified") == 0 ||
             strcmp(report->region[i].is.code, "no-sum") == 0; /* it sent a vector, but there is no
                                                                * valid list */
    return n;
}

bool verify_receipt(const struct receipt *receipt, const struct roster *roster, struct arena *arena,
                    struct verified_receipt *out, struct err *err)
{
    assert(receipt && roster && arena && out);
    struct verify_report_options options = {.roster = roster, .now_s = receipt->asked_s};

    *out = (struct verified_receipt){0};
    if (!question_of(receipt, roster, arena, out, err))
        return err_wrap(err, "the question of the receipt: ");
    options.plan = out->plan;
    options.blind = out->blind = receipt->blind ? blind_of(receipt->blind) : NULL;
    if ((out->blind || !receipt->blind || err_memory(err)) &&
        verify_report(&options, receipt->document, arena, &out->report, err)) {
        out->n_bad = not_verified(out->report.report);
        return true;
    }
    blind_free(out->blind);
    plan_free(out->plan);
    return false;
}

void verified_receipt_clear(struct verified_receipt *verified)
{
    assert(verified);
    verified_report_clear(&verified->report);
    blind_free(verified->blind);
    plan_free(verified->plan);
    *verified = (struct verified_receipt){0};
}
