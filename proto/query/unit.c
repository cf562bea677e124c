/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/unit.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define SPELLING_BYTES 40

__extension__ typedef __int128 wide;

enum unit_dimension {
    NUMBER,
    SUBSTANCE_OF_VOLUME,
    MASS_OF_VOLUME,
    CATALYSIS_OF_VOLUME,
    ARBITRARY_OF_VOLUME,
    CELLS_OF_VOLUME,
    SUBSTANCE_OF_SUBSTANCE,
    TIME,
    MONTHS,
    LENGTH,
    AREA,
    MASS,
    VOLUME,
    PRESSURE,
    TEMPERATURE,
    RATE,
    FLOW,
    FLOW_OF_AREA,
    MASS_OF_AREA,
    SUBSTANCE,
    MASS_OF_SUBSTANCE,
    SCORE,
};

#define M INT64_C(1000000)
#define G INT64_C(1000000000)

const struct unit units[] = {
    {"1", NUMBER, 1, 1},
    {"%", NUMBER, 1, 100},
    {"mol/L", SUBSTANCE_OF_VOLUME, 1000 * M, 1}, /* the base is nmol/L */
    {"mmol/L", SUBSTANCE_OF_VOLUME, M, 1},
    {"umol/L", SUBSTANCE_OF_VOLUME, 1000, 1},
    {"nmol/L", SUBSTANCE_OF_VOLUME, 1, 1},
    {"pmol/L", SUBSTANCE_OF_VOLUME, 1, 1000},
    {"kg/L", MASS_OF_VOLUME, G, 1}, /* the base is ug/L */
    {"g/L", MASS_OF_VOLUME, M, 1},
    {"g/dL", MASS_OF_VOLUME, 10 * M, 1},
    {"g/mL", MASS_OF_VOLUME, G, 1},
    {"mg/L", MASS_OF_VOLUME, 1000, 1},
    {"mg/dL", MASS_OF_VOLUME, 10000, 1},
    {"mg/mL", MASS_OF_VOLUME, M, 1},
    {"ug/L", MASS_OF_VOLUME, 1, 1},
    {"ug/dL", MASS_OF_VOLUME, 10, 1},
    {"ug/mL", MASS_OF_VOLUME, 1000, 1},
    {"ng/L", MASS_OF_VOLUME, 1, 1000},
    {"ng/dL", MASS_OF_VOLUME, 1, 100},
    {"ng/mL", MASS_OF_VOLUME, 1, 1},
    {"pg/mL", MASS_OF_VOLUME, 1, 1000},
    {"kat/L", CATALYSIS_OF_VOLUME, 60 * G, 1}, /* the base is mU/L; 1 kat is 60,000,000 U */
    {"ukat/L", CATALYSIS_OF_VOLUME, 60000, 1},
    {"nkat/L", CATALYSIS_OF_VOLUME, 60, 1},
    {"kU/L", CATALYSIS_OF_VOLUME, M, 1},
    {"U/L", CATALYSIS_OF_VOLUME, 1000, 1},
    {"U/mL", CATALYSIS_OF_VOLUME, M, 1},
    {"mU/L", CATALYSIS_OF_VOLUME, 1, 1},
    {"k[IU]/L", ARBITRARY_OF_VOLUME, M, 1},
    {"[IU]/L", ARBITRARY_OF_VOLUME, 1000, 1},
    {"[IU]/mL", ARBITRARY_OF_VOLUME, M, 1},
    {"m[IU]/L", ARBITRARY_OF_VOLUME, 1, 1},
    {"10*12/L", CELLS_OF_VOLUME, M, 1}, /* the base is /uL */
    {"10*9/L", CELLS_OF_VOLUME, 1000, 1},
    {"10*6/L", CELLS_OF_VOLUME, 1, 1},
    {"10*3/uL", CELLS_OF_VOLUME, 1000, 1},
    {"/uL", CELLS_OF_VOLUME, 1, 1},
    {"mol/mol", SUBSTANCE_OF_SUBSTANCE, 1000, 1},
    {"mmol/mol", SUBSTANCE_OF_SUBSTANCE, 1, 1},
    {"ms", TIME, 1, 1},
    {"s", TIME, 1000, 1},
    {"min", TIME, 60000, 1},
    {"h", TIME, 3600000, 1},
    {"d", TIME, 86400000, 1},
    {"wk", TIME, 604800000, 1},
    {"mo", MONTHS, 1, 1},
    {"a", MONTHS, 12, 1},
    {"m", LENGTH, M, 1},
    {"cm", LENGTH, 10000, 1},
    {"mm", LENGTH, 1000, 1},
    {"um", LENGTH, 1, 1},
    {"m2", AREA, 1, 1},
    {"kg", MASS, G, 1},
    {"g", MASS, M, 1},
    {"mg", MASS, 1000, 1},
    {"ug", MASS, 1, 1},
    {"ng", MASS, 1, 1000},
    {"pg", MASS, 1, M},
    {"L", VOLUME, G, 1},
    {"dL", VOLUME, 100 * M, 1},
    {"mL", VOLUME, M, 1},
    {"uL", VOLUME, 1000, 1},
    {"fL", VOLUME, 1, M},
    {"kPa", PRESSURE, 1000, 1},
    {"mm[Hg]", PRESSURE, INT64_C(26664477483), INT64_C(200000000)},
    {"Cel", TEMPERATURE, 1, 1},
    {"/min", RATE, 1, 1},
    {"/s", RATE, 60, 1},
    {"mL/min", FLOW, 1, 1},
    {"mL/s", FLOW, 60, 1},
    {"L/min", FLOW, 1000, 1},
    {"mL/min/{1.73_m2}", FLOW_OF_AREA, 1, 1},
    {"kg/m2", MASS_OF_AREA, 1, 1},
    {"mmol", SUBSTANCE, M, 1},
    {"umol", SUBSTANCE, 1000, 1},
    {"nmol", SUBSTANCE, 1, 1},
    {"pmol", SUBSTANCE, 1, 1000},
    {"fmol", SUBSTANCE, 1, M},
    {"g/mol", MASS_OF_SUBSTANCE, 1000, 1},
    {"mg/mmol", MASS_OF_SUBSTANCE, 1000, 1},
    {"{score}", SCORE, 1, 1},
};
const size_t units_n = sizeof(units) / sizeof(units[0]);

/* Spellings beside those that spelling() makes alike. */
static const struct {
    const char *typed;
    const char *name;
} spelled[] = {
    {"10^12/L", "10*12/L"},
    {"10e12/L", "10*12/L"},
    {"E12/L", "10*12/L"},
    {"x10(12)/L", "10*12/L"},
    {"10^9/L", "10*9/L"},
    {"10e9/L", "10*9/L"},
    {"E9/L", "10*9/L"},
    {"x10(9)/L", "10*9/L"},
    {"10^6/L", "10*6/L"},
    {"E6/L", "10*6/L"},
    {"x10(6)/L", "10*6/L"},
    {"mmHg", "mm[Hg]"},
    {"mm Hg", "mm[Hg]"},
    {"IU/L", "[IU]/L"},
    {"IU/mL", "[IU]/mL"},
    {"kIU/L", "k[IU]/L"},
    {"mIU/L", "m[IU]/L"},
    {"[iU]/L", "[IU]/L"},
    {"[iU]/mL", "[IU]/mL"},
    {"k[iU]/L", "k[IU]/L"},
    {"m[iU]/L", "m[IU]/L"},
    {"percent", "%"},
    {"procent", "%"},
    {"mL/min/1.73m2", "mL/min/{1.73_m2}"},
    {"mL/min/1,73m2", "mL/min/{1.73_m2}"},
    {"mL/min/1.73 m2", "mL/min/{1.73_m2}"},
    {"C", "Cel"},
    {"kg/m^2", "kg/m2"},
    {"{ratio}", "1"},
};

/* Both signs for micro and "mc" become u, a litre L: "µg/l" is spelled "ug/L". */
static bool spelling(const char *text, char out[static SPELLING_BYTES])
{
    size_t n = 0;

    if (strncmp(text, "mcg", 3) == 0) {
        out[n++] = 'u';
        text += 2;
    }
    for (; *text && n + 1 < SPELLING_BYTES; text++) {
        bool after = text[0] == 'l' && (text[1] == 0 || text[1] == '/') && n > 0 &&
                     strchr("/dmuk", out[n - 1]);

        if (strncmp(text, "\xc2\xb5", 2) == 0 || strncmp(text, "\xce\xbc", 2) == 0) {
            out[n++] = 'u';
            text++;
        } else {
            out[n++] = after ? 'L' : *text;
        }
    }
    out[n] = 0;
    return !*text;
}

static const struct unit *named(const char *name)
{
    for (size_t i = 0; i < units_n; i++)
        if (strcmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}

const struct unit *unit_find(const char *text)
{
    assert(text);
    char typed[SPELLING_BYTES];
    const struct unit *found = named(text);

    if (found || !spelling(text, typed))
        return found;
    found = named(typed);
    for (size_t i = 0; !found && i < sizeof(spelled) / sizeof(spelled[0]); i++)
        if (strcmp(spelled[i].typed, typed) == 0)
            found = named(spelled[i].name);
    return found;
}

bool unit_converts(const struct unit *from, const struct unit *to)
{
    assert(from && to);
    return from->dimension == to->dimension;
}

int unit_compare(int64_t nano, const struct unit *unit, int64_t other_nano,
                 const struct unit *other)
{
    assert(unit_converts(unit, other));
    wide left = (wide)nano * unit->times * other->parts;
    wide right = (wide)other_nano * other->times * unit->parts;

    return (left > right) - (left < right);
}
