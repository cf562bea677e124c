/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/identity.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utf8proc.h>

#include "node/import/person_number.h"
#include "node/store/person.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/random.h"

#define KEY_TAG "rikstal-pid-v1 "
#define KEY_FILE_MAX 256

struct identity {
    uint8_t key[IDENTITY_KEY_BYTES];
    uint8_t near_key[crypto_shorthash_siphashx24_KEYBYTES];
    uint8_t row_key[crypto_shorthash_KEYBYTES];
};

/*** the key ***/

static bool key_path(const char *dir, char path[static PATH_MAX], struct err *err)
{
    int n = snprintf(path, PATH_MAX, "%s/keys/pid.key", dir);

    return (n > 0 && n < PATH_MAX) || err_set(err, ERR_INVALID, "the directory's name is too long");
}

bool identity_create(const char *dir, struct err *err)
{
    assert(dir);
    uint8_t key[IDENTITY_KEY_BYTES];
    char line[sizeof(KEY_TAG) + 2 * IDENTITY_KEY_BYTES + 1];
    char hex[2 * IDENTITY_KEY_BYTES + 1];
    char path[PATH_MAX];
    bool ok;

    if (!key_path(dir, path, err))
        return false;
    if (file_exists(path))
        return err_set(err, ERR_INVALID, "%s is there already; a new key would orphan every person",
                       path);
    random_bytes(key, sizeof(key));
    bytes_to_hex(key, sizeof(key), hex);
    snprintf(line, sizeof(line), KEY_TAG "%s\n", hex);
    ok = file_write(path, line, strlen(line), 0400, err);
    sodium_memzero(key, sizeof(key));
    sodium_memzero(hex, sizeof(hex));
    sodium_memzero(line, sizeof(line));
    return ok;
}

bool identity_from_key(const uint8_t key[static IDENTITY_KEY_BYTES], struct identity **out,
                       struct err *err)
{
    assert(out);
    struct identity *identity;

    if (sodium_init() < 0)
        return err_set(err, ERR_INTERNAL, "libsodium does not start");
    identity = sodium_malloc(sizeof(*identity));
    if (!identity)
        return err_set(err, ERR_INTERNAL, "no guarded memory for the person key");
    memcpy(identity->key, key, IDENTITY_KEY_BYTES);
    identity_mark(identity, "near", "", 0, identity->near_key);
    identity_mark(identity, "row", "", 0, identity->row_key);
    sodium_mprotect_readonly(identity);
    *out = identity;
    return true;
}

static bool read_key(const char *path, uint8_t key[static IDENTITY_KEY_BYTES], struct err *err)
{
    struct arena *arena = arena_new(KEY_FILE_MAX * 2);
    const size_t tag = strlen(KEY_TAG);
    uint8_t *text = NULL;
    size_t size = 0;
    bool ok;

    if (!arena)
        return err_memory(err);
    ok = file_read(path, KEY_FILE_MAX, arena, &text, &size, err);
    if (ok) {
        size_t end = size;

        while (end > 0 && isspace(text[end - 1]))
            text[--end] = 0;
        ok = (end == tag + (size_t)2 * IDENTITY_KEY_BYTES && memcmp(text, KEY_TAG, tag) == 0 &&
              bytes_from_hex((const char *)text + tag, key, IDENTITY_KEY_BYTES)) ||
             err_set(err, ERR_INVALID, "%s is not a person key", path);
        sodium_memzero(text, size);
    }
    arena_free(arena);
    return ok;
}

bool identity_open(const char *dir, struct identity **out, struct err *err)
{
    assert(dir && out);
    uint8_t key[IDENTITY_KEY_BYTES];
    char path[PATH_MAX];
    struct stat info;
    bool ok;

    if (!key_path(dir, path, err))
        return false;
    if (stat(path, &info) != 0)
        return err_set(err, ERR_INVALID, "%s is missing; make it with: rikstal-node init", path);
    if (info.st_mode & (S_IRWXG | S_IRWXO))
        return err_set(err, ERR_DENIED, "%s can be read by others; run: chmod 0400 %s", path, path);
    ok = read_key(path, key, err) && identity_from_key(key, out, err);
    sodium_memzero(key, sizeof(key));
    return ok;
}

void identity_close(struct identity *identity)
{
    if (identity)
        sodium_free(identity); /* wipes */
}

/*** hashes ***/

static bool good_domain(const char *domain)
{
    size_t n = strlen(domain);

    if (n == 0 || n > IDENTITY_DOMAIN_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)domain[i]) && !strchr("-_.", domain[i]))
            return false;
    return true;
}

/* Keyed BLAKE2b-128 of domain, NUL, text. */
static void hash(const struct identity *identity, const char *domain, const void *text, size_t size,
                 uint8_t out[static 16])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, identity->key, sizeof(identity->key), 16);
    crypto_generichash_update(&state, (const uint8_t *)domain, strlen(domain) + 1);
    crypto_generichash_update(&state, text, size);
    crypto_generichash_final(&state, out, 16);
    sodium_memzero(&state, sizeof(state));
}

void identity_mark(const struct identity *identity, const char *use, const void *text, size_t size,
                   uint8_t mark[static 16])
{
    char domain[IDENTITY_DOMAIN_MAX + 2];

    /* '#' is in no domain, so a mark is never somebody's person id */
    snprintf(domain, sizeof(domain), "#%.*s", IDENTITY_DOMAIN_MAX, use);
    hash(identity, domain, text, size, mark);
}

uint64_t identity_row(const struct identity *identity, const void *text, size_t size)
{
    assert(identity);
    uint64_t row;

    _Static_assert(sizeof(row) == crypto_shorthash_BYTES, "a row's hash");
    (void)crypto_shorthash((uint8_t *)&row, text, size, identity->row_key);
    return row;
}

void identity_said(const struct identity *identity, const void *text, size_t size,
                   uint8_t mark[static 16])
{
    assert(identity);
    _Static_assert(crypto_shorthash_siphashx24_BYTES == 16, "a mark");
    (void)crypto_shorthash_siphashx24(mark, text, size, identity->row_key);
}

static const char *skip_blanks(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

bool identity_hash(const struct identity *identity, const char *domain, const char *name,
                   struct person_id *hashed, struct err *err)
{
    assert(hashed);
    size_t size;

    name = skip_blanks(name);
    size = strlen(name);
    while (size > 0 && isspace((unsigned char)name[size - 1]))
        size--;
    if (!good_domain(domain))
        return err_set(err, ERR_INVALID, "an id domain is 1 to %d letters, digits, '-', '_', '.'",
                       IDENTITY_DOMAIN_MAX);
    if (size == 0)
        return err_set(err, ERR_INVALID, "the person id is empty");
    if (size > IDENTITY_ID_MAX)
        return err_set(err, ERR_INVALID, "the person id is longer than %d bytes", IDENTITY_ID_MAX);
    hash(identity, domain, name, size, hashed->b);
    return true;
}

/*** persons ***/

/* What a spreadsheet makes of a long number: "1.60101E+11", "2E5", with a comma as well. */
static bool is_scientific(const char *id)
{
    size_t n = strspn(id, "0123456789");

    if (!n)
        return false;
    id += n;
    if ((*id == '.' || *id == ',') && (n = strspn(id + 1, "0123456789")) > 0)
        id += 1 + n;
    if (*id != 'e' && *id != 'E')
        return false;
    id += 1 + (id[1] == '+' || id[1] == '-');
    return *id && id[strspn(id, "0123456789")] == 0;
}

/*
 * A character that is not seen: a format or control character, a lone surrogate, no character, and
 * what Unicode's DerivedCoreProperties.txt has beside them in Default_Ignorable_Code_Point; the
 * braille pattern without a dot.
 */
static bool is_unseen(utf8proc_int32_t point)
{
    static const utf8proc_int32_t others[][2] = {
        {0x034f, 0x034f}, {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},  {0x2800, 0x2800},
        {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xffa0, 0xffa0}, {0xe0000, 0xe0fff}};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (point >= others[i][0] && point <= others[i][1])
            return true;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CN:
        return true;
    default:
        return false;
    }
}

/* Append the character; every blank as ' ', none at the start. */
static size_t keep_point(utf8proc_int32_t point, char *out, size_t n)
{
    bool blank = utf8proc_category(point) == UTF8PROC_CATEGORY_ZS || point == '\t';

    if (!blank && is_unseen(point))
        return n;
    if (blank && n == 0)
        return n;
    return n + (size_t)utf8proc_encode_char(blank ? ' ' : point, (utf8proc_uint8_t *)out + n);
}

/* Copies an id of printable ASCII; false: it holds other bytes or is longer than IDENTITY_ID_MAX.
 */
static bool ascii_id(const char *id, char out[static IDENTITY_ID_MAX + 8])
{
    size_t n = 0;

    while (*id == ' ')
        id++;
    for (; id[n] >= ' ' && id[n] <= '~' && n <= IDENTITY_ID_MAX; n++)
        out[n] = id[n];
    if (id[n] || n > IDENTITY_ID_MAX)
        return false;
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = 0;
    return true;
}

/* The id in NFC, without invisible characters and blanks at its ends; false: it is not UTF-8, or
 * longer than IDENTITY_ID_MAX. */
static bool plain_id(const char *id, char out[static IDENTITY_ID_MAX + 8])
{
    utf8proc_uint8_t *composed = NULL;
    const utf8proc_uint8_t *at;
    utf8proc_int32_t point;
    size_t n = 0;
    bool ok;

    if (ascii_id(id, out))
        return true;
    if (strlen(id) > 4 * (size_t)IDENTITY_ID_MAX ||
        utf8proc_map((const utf8proc_uint8_t *)id, 0, &composed,
                     UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE) < 0)
        return false;
    for (at = composed; *at && n <= IDENTITY_ID_MAX;) {
        at += utf8proc_iterate(at, -1, &point);
        n = keep_point(point, out, n);
    }
    ok = !*at;
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = 0;
    sodium_memzero(composed, strlen((char *)composed));
    free(composed);
    return ok && n <= IDENTITY_ID_MAX;
}

static bool hash_number(const struct identity *identity, const struct identity_who *who,
                        const char *id, struct person_id *pid, bool *done, struct err *err)
{
    char number[PERSON_NUMBER_DIGITS + 1] = "";
    bool national = strcmp(who->domain ? who->domain : "", "se") == 0;
    enum person_number_form form = person_number_read(id, who->birth_year, national, number);

    *done = form == PERSON_NUMBER;
    if (*done)
        hash(identity, "se", number, PERSON_NUMBER_DIGITS, pid->b);
    sodium_memzero(number, sizeof(number));
    if (form == PERSON_NUMBER_CENTURY)
        return err_set(err, ERR_INVALID,
                       "a Swedish number of ten digits does not say its century; write twelve, or "
                       "give the year of birth");
    return *done || !national ||
           err_set(err, ERR_INVALID, "an id of the domain \"se\" is a Swedish number");
}

static bool hash_plain(const struct identity *identity, const struct identity_who *who,
                       const char *id, struct person_id *pid, struct err *err)
{
    bool done = false;

    if (is_scientific(id))
        return err_set(err, ERR_INVALID,
                       "the person id is a number as a spreadsheet rounds it (1.6E+11); export the "
                       "column as text");
    return hash_number(identity, who, id, pid, &done, err) &&
           (done || identity_hash(identity, who->domain ? who->domain : "local", id, pid, err));
}

bool identity_person(const struct identity *identity, const struct identity_who *who,
                     struct person_id *pid, struct err *err)
{
    assert(who);
    char id[IDENTITY_ID_MAX + 8];
    bool ok;

    if (who->domain && !good_domain(who->domain))
        return err_set(err, ERR_INVALID, "an id domain is 1 to %d letters, digits, '-', '_', '.'",
                       IDENTITY_DOMAIN_MAX);
    if (!plain_id(who->id, id))
        return err_set(err, ERR_INVALID, "the person id is longer than %d bytes, or no UTF-8",
                       IDENTITY_ID_MAX);
    ok = hash_plain(identity, who, id, pid, err);
    sodium_memzero(id, sizeof(id));
    return ok;
}

void identity_near(const struct identity *identity, const struct identity_who *who,
                   uint8_t mark[static 16])
{
    assert(identity && who);
    const char *domain = who->domain ? who->domain : "local";
    char id[IDENTITY_ID_MAX + 8];
    char folded[IDENTITY_DOMAIN_MAX + 1 + sizeof(id)];
    size_t n = strnlen(domain, IDENTITY_DOMAIN_MAX);
    char before = 0;

    memcpy(folded, domain, n);
    folded[n++] = ' ';
    if (!plain_id(who->id, id))
        id[0] = 0;
    for (const char *c = id; *c; c++) {
        bool leading = *c == '0' && !isdigit((unsigned char)before);

        if (strchr(" -_./", *c) || leading)
            continue;
        before = *c;
        folded[n++] = (char)tolower((unsigned char)*c);
    }
    (void)crypto_shorthash_siphashx24(mark, (const uint8_t *)folded, n, identity->near_key);
    sodium_memzero(id, sizeof(id));
    sodium_memzero(folded, sizeof(folded));
}

bool identity_seen(const char *text, size_t size)
{
    return person_number_seen(text, size);
}

bool identity_is_absent(const char *what, const char *text, struct err *err)
{
    if (!identity_seen(text, strlen(text)))
        return true;
    return err_set(err, ERR_DENIED,
                   "%s holds what may be a personal identity number (10 or 12 digits with a valid "
                   "check digit); give it another name",
                   what);
}
