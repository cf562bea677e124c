#include "node/keeper/refusal.h"

#include <assert.h>
#include <stddef.h>

static const struct {
    const char *code;
    const char *text;
} refusals[] = {
    [REFUSAL_NONE] = {"", ""},
    [REFUSAL_MALFORMED] = {"malformed", "the question is not in the agreed form"},
    [REFUSAL_NOT_AUTHORISED] = {"not_authorised", "the question is not authorised here"},
    [REFUSAL_NOT_CURRENT] = {"not_current",
                             "the question has expired or is not valid yet; ask again and "
                             "compare the clocks"},
    [REFUSAL_PERMIT] = {"permit", "the permit does not cover the question"},
    [REFUSAL_NOT_FOR_US] = {"not_for_us", "the question is for other nodes"},
    [REFUSAL_REPLAYED] = {"replayed", "this question id was used for another question"},
    [REFUSAL_ROSTER] = {"roster", "the question was made with another roster; fetch it and ask "
                                  "again"},
    [REFUSAL_ROSTER_STALE] = {"roster_stale", "this node has had no word for a day that its roster "
                                              "is the newest; ask again later, it costs nothing "
                                              "until then"},
    [REFUSAL_POLICY] = {"policy", "this region's policy does not allow it"},
    [REFUSAL_HELD] = {"held", "the region looks at this question first; ask again later, it costs "
                              "nothing until then"},
    [REFUSAL_STOPPED] = {"stopped", "this region answers nothing at present"},
    [REFUSAL_NO_POLICY] = {"no_policy", "this region has no signed policy in force at present"},
    [REFUSAL_WITNESSES] = {"witnesses", "this node's log is not confirmed by its witnesses; ask "
                                        "again later, it costs nothing until then"},
    [REFUSAL_BUDGET] = {"budget", "the privacy budget does not cover this question"},
    [REFUSAL_RATE] = {"rate", "too many new questions of one person; a repeat is always answered"},
    [REFUSAL_UNSUPPORTED] = {"unsupported", "this node cannot answer this kind of question"},
    [REFUSAL_NO_DATA] = {"no_data", "this node has published nothing yet"},
    [REFUSAL_SESSION] = {"session", "the list of participants is not the one agreed on"},
    [REFUSAL_PARTICIPANTS] = {"participants", "a sum of these participants is not given"},
    [REFUSAL_TIMED_OUT] = {"timed_out", "not finished in time; asking again costs nothing more"},
    [REFUSAL_FAILED] = {"failed", "this node failed to answer"},
};

const char *refusal_code(enum refusal refusal)
{
    assert((size_t)refusal < sizeof(refusals) / sizeof(refusals[0]));
    return refusals[refusal].code;
}

const char *refusal_text(enum refusal refusal)
{
    assert((size_t)refusal < sizeof(refusals) / sizeof(refusals[0]));
    return refusals[refusal].text;
}
