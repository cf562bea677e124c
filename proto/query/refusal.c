/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/refusal.h"

#include <assert.h>
#include <stddef.h>

static const struct {
    const char *code;
    enum region_state state;
    const char *text;
} refusals[] = {
    [REFUSAL_NONE] = {"", REGION_VALUE, ""},
    [REFUSAL_MALFORMED] = {"malformed", REGION_DECLINED, "the question is not in the agreed form"},
    [REFUSAL_NOT_AUTHORISED] = {"not_authorised", REGION_DECLINED,
                                "the question is not authorised here"},
    [REFUSAL_NOT_CURRENT] = {"not_current", REGION_DECLINED,
                             "the question has expired or is not valid yet; ask again and "
                             "compare the clocks"},
    [REFUSAL_PERMIT] = {"permit", REGION_DECLINED, "the permit does not cover the question"},
    [REFUSAL_VOCABULARY] = {"vocabulary", REGION_UNSUPPORTED,
                            "the words of the question mean something else in this node's version "
                            "of rikstal than in the asker's; update the older one and ask again"},
    [REFUSAL_NOT_FOR_US] = {"not_for_us", REGION_DECLINED, "the question is for other nodes"},
    [REFUSAL_REPLAYED] = {"replayed", REGION_DECLINED,
                          "this question id was used for another question"},
    [REFUSAL_ROSTER] = {"roster", REGION_DECLINED,
                        "the question was made with another roster; fetch it and ask "
                        "again"},
    [REFUSAL_ROSTER_STALE] = {"roster_stale", REGION_DECLINED,
                              "this node has had no word for a day that its roster "
                              "is the newest; ask again later, it costs nothing "
                              "until then"},
    [REFUSAL_POLICY] = {"policy", REGION_DECLINED, "this region's policy does not allow it"},
    [REFUSAL_HELD] = {"held", REGION_DECLINED,
                      "the region looks at this question first; ask again later, it costs "
                      "nothing until then"},
    [REFUSAL_STOPPED] = {"stopped", REGION_DECLINED, "this region answers nothing at present"},
    [REFUSAL_NO_POLICY] = {"no_policy", REGION_DECLINED,
                           "this region has no signed policy in force at present"},
    [REFUSAL_WITNESSES] = {"witnesses", REGION_DECLINED,
                           "this node's log is not confirmed by its witnesses; ask "
                           "again later, it costs nothing until then"},
    [REFUSAL_BUDGET] = {"budget", REGION_DECLINED,
                        "the privacy budget does not cover this question"},
    [REFUSAL_RATE] = {"rate", REGION_DECLINED,
                      "too many new questions of one person; a repeat is always answered"},
    [REFUSAL_WORK] = {"work", REGION_DECLINED,
                      "it would take longer than the longest answer here may; ask with fewer tests "
                      "or changes, it costs nothing until then"},
    [REFUSAL_UNSUPPORTED] = {"unsupported", REGION_UNSUPPORTED,
                             "this node cannot answer this kind of question"},
    [REFUSAL_NO_DATA] = {"no_data", REGION_UNSUPPORTED, "this node has published nothing yet"},
    [REFUSAL_NO_RELEASE] = {"no_release", REGION_DECLINED,
                            "this node has no data of that release; it costs nothing"},
    [REFUSAL_SESSION] = {"session", REGION_DECLINED,
                         "the list of participants is not the one agreed on"},
    [REFUSAL_PARTICIPANTS] = {"participants", REGION_DECLINED,
                              "a sum of these participants is not given"},
    [REFUSAL_TIMED_OUT] = {"timed_out", REGION_FAILED,
                           "not finished in time; nothing is charged for it"},
    [REFUSAL_FAILED] = {"failed", REGION_FAILED, "this node failed to answer"},
};

#define N_REFUSALS (sizeof(refusals) / sizeof(refusals[0]))

const char *refusal_code(enum refusal refusal)
{
    assert((size_t)refusal < N_REFUSALS);
    return refusals[refusal].code;
}

const char *refusal_text(enum refusal refusal)
{
    assert((size_t)refusal < N_REFUSALS);
    return refusals[refusal].text;
}

enum region_state refusal_state(enum refusal refusal)
{
    assert((size_t)refusal < N_REFUSALS);
    return refusals[refusal].state;
}

const char *refusal_word(size_t i)
{
    return i + 1 < N_REFUSALS ? refusals[i + 1].code : NULL;
}
