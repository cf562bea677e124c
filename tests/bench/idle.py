#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Idle connections to the coordinator's listener, as many as 40,000: what it takes while they stay, and what is
left of it when they have gone (M_ARENA_MAX and malloc_trim, coordinator/command/serve.c).

Two kinds: strangers that connect and say nothing, and connections that a node's certificate has opened and then
nothing more. The handshake's time limit (5 s) ends both, so fewer than that are there at once: the rows say how many."""
import contextlib
import multiprocessing
import os
import resource
import socket
import ssl
import sys
import time

import rows

os.environ.setdefault("RIKSTAL_BUILD", rows.BUILD)
sys.path.insert(0, os.path.join(rows.ROOT, "tests", "system"))
from network import Network  # noqa: E402  pylint: disable=wrong-import-position

SILENT, ENROLLED = 40000, 4000
PORTS = 20000  # of one address of ours
STILL_S = 20  # without a new one: no more will come
GONE_S = 90


def descriptors(wanted):
    """How many files this process and its children may open; the limit is raised as far as it goes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (max(hard, wanted), hard):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            return limit
    return soft


def rss_mb(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


def open_files(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


def connect(port, i):
    """From one of several addresses of ours: one has 28,000 ports."""
    sock = socket.socket()
    sock.settimeout(5)
    sock.bind(("127.0.1.%d" % (1 + i // PORTS), 0))
    sock.connect(("127.0.0.1", port))
    return sock


def enrolled(port, i, context):
    return context.wrap_socket(connect(port, i), server_hostname="localhost")


def node_context(tls):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(os.path.join(tls, "node.crt"), os.path.join(tls, "node.key"))
    context.set_alpn_protocols(["h2"])
    return context


def hold(dial, port, numbers, stay, opened):
    """A process of its own, because one may not have so many descriptors: opens these and keeps them."""
    sockets = []
    with contextlib.suppress(OSError):
        for i in numbers:
            sockets.append(dial(port, i))
            opened.value = len(sockets)
    stay.wait()
    for sock in sockets:
        sock.close()


def crowd(network, wanted, dial, what, share):
    """Opens so many, in processes of at most `share`, closes them, and prints what they took and what they left."""
    pid, port = network.process.pid, int(network.listen.rsplit(":", 1)[1])
    before, files, start = rss_mb(pid), open_files(pid), time.monotonic()
    stay, peak, most, holders, counts = multiprocessing.Event(), 0, 0, [], []
    for first in range(0, wanted, share):
        counts.append(multiprocessing.Value("i", 0))
        holders.append(multiprocessing.Process(target=hold, args=(dial, port, range(first, min(first + share, wanted)), stay, counts[-1])))
        holders[-1].start()
    seen, still = -1, time.monotonic()
    while sum(c.value for c in counts) < wanted and time.monotonic() < still + STILL_S:
        if sum(c.value for c in counts) != seen:
            seen, still = sum(c.value for c in counts), time.monotonic()
        peak, most = max(peak, rss_mb(pid)), max(most, open_files(pid) - files)
        time.sleep(0.2)
    took, opened = time.monotonic() - start, sum(c.value for c in counts)
    stay.set()
    for holder in holders:
        holder.join()
    until = time.monotonic() + GONE_S
    while time.monotonic() < until and (open_files(pid) > files + 5 or rss_mb(pid) > before + 50):
        time.sleep(0.5)
    after = rss_mb(pid)
    rows.row("%s: opened" % what, opened, "", note="of %d, in %.0f s" % (wanted, took))
    rows.row("%s: open at once, by the coordinator's descriptors" % what, most, "")
    rows.row("%s: memory before" % what, before, "MB")
    rows.row("%s: memory while they are there" % what, peak, "MB", note="%.1f kB each" % (1024 * (peak - before) / max(most, 1)))
    rows.at_most("%s: memory that stays when they have gone" % what, after - before, "MB", 100)
    rows.row("%s: descriptors that stay" % what, open_files(pid) - files, "")


def main():
    limit = descriptors(SILENT + 2000)
    print("a process may have %d descriptors" % limit)
    with Network("idle", regions=("01",)) as network:
        network.start_coordinator("--probe", "1")
        time.sleep(2)
        share = min(limit - 1000, PORTS)
        crowd(network, SILENT, connect, "silent", share)
        context = node_context(os.path.join(network.nodes["01"].folder, "tls"))
        crowd(network, ENROLLED, lambda port, i: enrolled(port, i, context), "enrolled", min(share, ENROLLED // 2))
        rows.row("the coordinator answers afterwards", float(network.process.alive()), "", "1", network.process.alive())
    sys.exit(rows.finish())


if __name__ == "__main__":
    main()
