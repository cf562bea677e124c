/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file: a head, a head of each book, the pids in the order of the rows, each book's accounts of
 * the year and for life, and BLAKE2b-256 of all of it.
 */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/privacy/books_inside.h"
#include "proto/base/arena.h"
#include "proto/base/file.h"

#define HASH_BYTES 32
#define FILE_ROOM ((size_t)16 << 30) /* 2.4 million persons and 60 books take 1.2 GB */
#define BYTE_ORDER_MARK UINT32_C(0x01020304)

static const char magic[16] = "rikstal-books-1";

struct file_head {
    char magic[16];
    uint32_t byte_order;
    uint32_t n_books;
    uint64_t n_rows;
};

struct file_book {
    char name[BOOKS_NAME_BYTES];
    char window[BOOKS_WINDOW_BYTES];
    uint8_t zero[6];
    int64_t seen_year_nrho;
    int64_t seen_life_nrho;
    uint32_t floor_year;
    uint32_t floor_life;
};

/* Bytes that are read from the front. */
struct books_bytes {
    const uint8_t *at;
    size_t left;
};

static bool take(struct books_bytes *from_file, void *out, size_t size)
{
    if (from_file->left < size)
        return false;
    memcpy(out, from_file->at, size);
    from_file->at += size;
    from_file->left -= size;
    return true;
}

static bool head_is_good(const struct file_head *head, size_t size)
{
    uint64_t row = BOOKS_PID_BYTES + 2 * sizeof(uint32_t) * (uint64_t)head->n_books;

    return memcmp(head->magic, magic, sizeof(magic)) == 0 && head->byte_order == BYTE_ORDER_MARK &&
           head->n_rows < UINT32_MAX && head->n_books <= size / sizeof(struct file_book) &&
           head->n_rows <= size / row &&
           size == sizeof(*head) + head->n_books * sizeof(struct file_book) + head->n_rows * row +
                       HASH_BYTES;
}

/* What the hash cannot say: the names are texts, each once, and the amounts are what they may be.
 */
static bool book_is_good(const struct books *books, const struct file_book *from)
{
    for (size_t i = 0; i < books->n; i++)
        if (strncmp(books->book[i].name, from->name, sizeof(from->name)) == 0)
            return false;
    return memchr(from->name, 0, sizeof(from->name)) &&
           memchr(from->window, 0, sizeof(from->window)) && from->seen_year_nrho >= 0 &&
           from->seen_life_nrho >= 0 && from->floor_year <= BOOKS_UNITS_MOST &&
           from->floor_life <= BOOKS_UNITS_MOST;
}

static bool read_book(struct books_bytes *from_file, struct books *books, bool *good,
                      struct err *err)
{
    struct file_book from;
    struct book *book;

    *good = take(from_file, &from, sizeof(from)) && book_is_good(books, &from);
    if (!*good)
        return true;
    book = books_inside_add(books, from.name, err);
    if (!book)
        return false;
    memcpy(book->window, from.window, sizeof(book->window));
    book->seen_year_nrho = from.seen_year_nrho;
    book->seen_life_nrho = from.seen_life_nrho;
    book->floor = (struct books_floor){from.floor_year, from.floor_life};
    return true;
}

static bool take_spent(struct books_bytes *from_file, uint32_t *spent, size_t n)
{
    if (!take(from_file, spent, n * sizeof(*spent)))
        return false;
    for (size_t i = 0; i < n; i++)
        if (spent[i] > BOOKS_UNITS_MOST)
            return false;
    return true;
}

static bool read_all(struct books_bytes *from_file, struct books *books, bool *good,
                     struct err *err)
{
    size_t size = from_file->left;
    struct file_head head;

    *good = take(from_file, &head, sizeof(head)) && head_is_good(&head, size);
    for (uint32_t i = 0; *good && i < head.n_books; i++)
        if (!read_book(from_file, books, good, err))
            return false;
    if (!*good)
        return true;
    if (!books_inside_grow(books, (size_t)head.n_rows, err))
        return false;
    *good = take(from_file, books->pid, (size_t)head.n_rows * BOOKS_PID_BYTES);
    for (size_t i = 0; *good && i < books->n; i++)
        *good = take_spent(from_file, books->book[i].year, (size_t)head.n_rows) &&
                take_spent(from_file, books->book[i].life, (size_t)head.n_rows);
    *good = *good && books_inside_rows(books, (size_t)head.n_rows);
    return true;
}

static bool hash_is_good(const uint8_t *data, size_t size)
{
    uint8_t hash[HASH_BYTES];

    if (size < HASH_BYTES)
        return false;
    crypto_generichash(hash, sizeof(hash), data, size - HASH_BYTES, NULL, 0);
    return sodium_memcmp(hash, data + size - HASH_BYTES, HASH_BYTES) == 0;
}

static bool read_file(const char *path, struct books *books, struct arena *arena, bool *good,
                      struct err *err)
{
    struct books_bytes from_file;
    uint8_t *data;
    size_t size;

    if (!file_read(path, FILE_ROOM, arena, &data, &size, err))
        return false;
    from_file = (struct books_bytes){data, size};
    *good = hash_is_good(data, size);
    return !*good || read_all(&from_file, books, good, err);
}

bool books_open(const char *path, struct books **out, bool *lost, struct err *err)
{
    assert(path && out && lost);
    struct books *books = calloc(1, sizeof(*books));
    struct arena *arena = arena_new(FILE_ROOM + 4096);
    bool good = true;
    bool read = books && arena;

    if (!read)
        (void)err_memory(err);
    read = read && (!file_exists(path) || read_file(path, books, arena, &good, err));
    arena_free(arena);
    if (read && !good) {
        books_close(books);
        books = calloc(1, sizeof(*books));
        read = books || err_memory(err);
    }
    if (!read) {
        books_close(books);
        return false;
    }
    *lost = !good;
    *out = books;
    return true;
}

/* The heads of the file and of its books. */
static size_t fill_heads(const struct books *books, uint8_t *out)
{
    struct file_head head = {
        .byte_order = BYTE_ORDER_MARK, .n_books = (uint32_t)books->n, .n_rows = books->n_rows};
    size_t size = sizeof(head);

    memcpy(head.magic, magic, sizeof(magic));
    memcpy(out, &head, sizeof(head));
    for (size_t i = 0; i < books->n; i++) {
        const struct book *book = &books->book[i];
        struct file_book to = {.seen_year_nrho = book->seen_year_nrho,
                               .seen_life_nrho = book->seen_life_nrho,
                               .floor_year = book->floor.year,
                               .floor_life = book->floor.life};

        memcpy(to.name, book->name, sizeof(to.name));
        memcpy(to.window, book->window, sizeof(to.window));
        memcpy(out + size, &to, sizeof(to));
        size += sizeof(to);
    }
    return size;
}

static void hash_parts(const struct file_part *parts, size_t n, uint8_t hash[static HASH_BYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    for (size_t i = 0; i < n; i++)
        crypto_generichash_update(&state, parts[i].data, parts[i].size);
    crypto_generichash_final(&state, hash, HASH_BYTES);
}

/* From where the accounts stand, so that a write takes no memory of the file's size. */
bool books_write(struct books *books, const char *path, struct err *err)
{
    assert(books && path);
    size_t n = 0;
    struct file_part *parts = calloc(3 + 2 * books->n, sizeof(*parts));
    uint8_t *heads = malloc(sizeof(struct file_head) + books->n * sizeof(struct file_book));
    uint8_t hash[HASH_BYTES];
    bool written = parts && heads;

    if (!written)
        (void)err_memory(err);
    if (written) {
        parts[n++] = (struct file_part){heads, fill_heads(books, heads)};
        parts[n++] = (struct file_part){books->pid, books->n_rows * BOOKS_PID_BYTES};
        for (size_t i = 0; i < books->n; i++) {
            parts[n++] = (struct file_part){books->book[i].year, books->n_rows * sizeof(uint32_t)};
            parts[n++] = (struct file_part){books->book[i].life, books->n_rows * sizeof(uint32_t)};
        }
        hash_parts(parts, n, hash);
        parts[n++] = (struct file_part){hash, sizeof(hash)};
        written = file_write_parts(path, parts, n, 0600, err);
    }
    free(parts);
    free(heads);
    if (written)
        books->unwritten = 0;
    return written;
}
