#include "node/import/identity.h"

#include <ctype.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/store/person.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/random.h"

#define KEY_TAG "rikstal-pid-v1 "
#define KEY_FILE_MAX 256
#define NUMBER_DIGITS 12 /* YYYYMMDDNNNC */

struct identity {
    uint8_t key[IDENTITY_KEY_BYTES];
};

/*** the key ***/

static bool key_path(const char *dir, char path[static PATH_MAX], struct err *err)
{
    int n = snprintf(path, PATH_MAX, "%s/keys/pid.key", dir);

    return (n > 0 && n < PATH_MAX) || err_set(err, ERR_INVALID, "the directory's name is too long");
}

bool identity_create(const char *dir, struct err *err)
{
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
    hex_write(key, sizeof(key), hex);
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
    struct identity *identity;

    if (sodium_init() < 0)
        return err_set(err, ERR_INTERNAL, "libsodium does not start");
    identity = sodium_malloc(sizeof(*identity));
    if (!identity)
        return err_set(err, ERR_INTERNAL, "no guarded memory for the person key");
    memcpy(identity->key, key, IDENTITY_KEY_BYTES);
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
              hex_read((const char *)text + tag, key, IDENTITY_KEY_BYTES)) ||
             err_set(err, ERR_INVALID, "%s is not a person key", path);
        sodium_memzero(text, size);
    }
    arena_free(arena);
    return ok;
}

bool identity_open(const char *dir, struct identity **out, struct err *err)
{
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

/*** normalisation ***/

static bool all_digits(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static int number_of(const char *digits, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++)
        value = value * 10 + (digits[i] - '0');
    return value;
}

static bool is_separator(char c)
{
    return c == '-' || c == '+' || c == ' ';
}

static bool real_day(const char digits[static NUMBER_DIGITS])
{
    char text[] = "YYYY-MM-DD";
    int32_t days;

    memcpy(text, digits, 4);
    memcpy(text + 5, digits + 4, 2);
    memcpy(text + 8, digits + 6, 2);
    if (text[8] >= '6')
        text[8] = (char)(text[8] - 6); /* samordningsnummer: day + 60 */
    return number_of(digits, 4) >= 1800 && date_parse(text, &days);
}

/* The century that a two-digit year means now: '+' is written from the year a person turns 100. */
static int full_year(int two_digits, char separator)
{
    int year, month, day, full;

    date_to_civil((int32_t)(clock_wall_s() / 86400), &year, &month, &day);
    full = year - year % 100 + two_digits;
    if (full > year)
        full -= 100;
    return separator == '+' ? full - 100 : full;
}

/* YYYYMMDDNNNC when id has the form of a Swedish number, whatever its check digit. */
static bool swedish_number(const char *id, size_t size, char out[static NUMBER_DIGITS + 1])
{
    size_t date = size; /* digits before the separator */
    char separator = 0;
    bool known;

    if (size > 5 && is_separator(id[size - 5])) {
        date = size - 5;
        separator = id[size - 5];
    } else if (size > 4) {
        date = size - 4;
    }
    if ((date != 6 && date != 8) || size > date + 5 || !all_digits(id, date) ||
        !all_digits(id + size - 4, 4))
        return false;
    if (date == 6)
        snprintf(out, NUMBER_DIGITS + 1, "%04d", full_year(number_of(id, 2), separator));
    else
        memcpy(out, id, 4);
    memcpy(out + 4, id + date - 4, 4);
    memcpy(out + 8, id + size - 4, 4);
    out[NUMBER_DIGITS] = 0;
    known = real_day(out);
    if (!known)
        sodium_memzero(out, NUMBER_DIGITS + 1);
    return known;
}

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

bool identity_hash(const struct identity *identity, const char *domain, const char *id,
                   struct person_id *pid, struct err *err)
{
    char number[NUMBER_DIGITS + 1];
    size_t size;

    if (!domain)
        domain = "local";
    if (!good_domain(domain))
        return err_set(err, ERR_INVALID, "an id domain is 1 to %d letters, digits, '-', '_', '.'",
                       IDENTITY_DOMAIN_MAX);
    while (isspace((unsigned char)*id))
        id++;
    size = strlen(id);
    while (size > 0 && isspace((unsigned char)id[size - 1]))
        size--;
    if (size == 0)
        return err_set(err, ERR_INVALID, "the person id is empty");
    if (size > IDENTITY_ID_MAX)
        return err_set(err, ERR_INVALID, "the person id is longer than %d bytes", IDENTITY_ID_MAX);
    if (swedish_number(id, size, number))
        hash(identity, "se", number, NUMBER_DIGITS, pid->b);
    else
        hash(identity, domain, id, size, pid->b);
    sodium_memzero(number, sizeof(number));
    return true;
}

/*** the guard ***/

static bool luhn(const char digits[static 10])
{
    int sum = 0;

    for (int i = 0; i < 10; i++) {
        int d = (digits[i] - '0') * (i % 2 == 0 ? 2 : 1);

        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

static size_t digits_at(const char *text, size_t size)
{
    size_t n = 0;

    while (n < size && text[n] >= '0' && text[n] <= '9')
        n++;
    return n;
}

/* A run of n digits at text, and what stands behind it, may be a number. */
static bool suspicious(const char *text, size_t size, size_t n)
{
    char digits[NUMBER_DIGITS];

    if (n == 10 || n == 12) {
        memcpy(digits, text + n - 10, 10);
    } else if ((n == 6 || n == 8) && size > n + 4 && is_separator(text[n]) &&
               digits_at(text + n + 1, size - n - 1) == 4) {
        memcpy(digits, text + n - 6, 6);
        memcpy(digits + 6, text + n + 1, 4);
    } else {
        return false;
    }
    return luhn(digits);
}

bool identity_seen(const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        size_t n = digits_at(text + i, size - i);

        if (n && suspicious(text + i, size - i, n))
            return true;
        i += n ? n : 1;
    }
    return false;
}

bool identity_guard(const char *what, const char *text, struct err *err)
{
    if (!identity_seen(text, strlen(text)))
        return true;
    return err_set(err, ERR_DENIED,
                   "%s holds what may be a personal identity number (10 or 12 digits with a valid "
                   "check digit); give it another name",
                   what);
}
