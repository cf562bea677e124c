/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader that is lent this process's memory. To copy it for every file, and to part the pages
 * that both then write to, took more than half of a world's time. So fork() is vfork() here: the
 * reader has a process, descriptors and limits of its own, and this process stands still until it
 * has ended. Three things follow:
 *
 * - The reader does not wait for the word to begin, which could not come: its eventfd has it.
 * - All that it writes fits into the pipe: files of a world are small.
 * - The stack that both use is put back as it was; the memory that it leaves is this process's,
 *   and its writer, by far the most of that, is freed by the next reader.
 *
 * Its walls are the product's own, every eighth time, for building them costs as much as reading.
 */
#include <stdbool.h>
#include <stdint.h>

#include "node/import/confine.h"
#include "node/import/stream.h"

#define WALLED_EVERY 8

int __real_eventfd(unsigned n, int flags);
int __wrap_eventfd(unsigned n, int flags);
int __wrap_eventfd(unsigned n, int flags)
{
    return __real_eventfd(n + 1, flags);
}

bool __real_stream_writer_open(int fd, struct stream_writer **out, struct err *err);
bool __wrap_stream_writer_open(int fd, struct stream_writer **out, struct err *err);
bool __wrap_stream_writer_open(int fd, struct stream_writer **out, struct err *err)
{
    static struct stream_writer *last;

    stream_writer_close(last);
    last = NULL;
    if (!__real_stream_writer_open(fd, out, err))
        return false;
    last = *out;
    return true;
}

bool __real_confine_enter(const struct confine_limits *limits, struct err *err);
bool __wrap_confine_enter(const struct confine_limits *limits, struct err *err);
bool __wrap_confine_enter(const struct confine_limits *limits, struct err *err)
{
    static unsigned n;

    return n++ % WALLED_EVERY != 0 || __real_confine_enter(limits, err);
}

/*
 * The frames of run_import() and of who called it are kept here while the reader, which returns
 * from this function first, uses the same ones. All registers come back from the kernel.
 */
uint8_t loan_stack[1 << 14];
__asm__(".text\n"
        ".globl __wrap_fork\n"
        ".type __wrap_fork, @function\n"
        "__wrap_fork:\n"
        "  endbr64\n"
        "  mov %rsp, %rsi\n"
        "  lea loan_stack(%rip), %rdi\n"
        "  mov $1 << 14, %ecx\n"
        "  rep movsb\n"
        "  mov $58, %eax\n" /* vfork */
        "  syscall\n"
        "  test %eax, %eax\n"
        "  je 1f\n"
        "  mov %rsp, %rdi\n"
        "  lea loan_stack(%rip), %rsi\n"
        "  mov $1 << 14, %ecx\n"
        "  rep movsb\n"
        "1: ret\n"
        ".size __wrap_fork, .-__wrap_fork\n");
