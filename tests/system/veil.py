# SPDX-License-Identifier: Apache-2.0
"""What lies over the total of a blind sum, once more: from RFC 7748, RFC 8439 and the documents alone.

Nothing of the product's code is used, so that what a test takes off is what proto/trust/keystream.h says
and not what the program happens to do. Slow and not constant-time: it is for tests.
"""
import base64
import hashlib
import json
import struct

import wire

P = 2**255 - 19


def x25519(scalar, point):
    """RFC 7748, section 5."""
    k = int.from_bytes(scalar, "little") & ~7 & (1 << 254) - 1 | 1 << 254
    u = int.from_bytes(point, "little") & (1 << 255) - 1
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def _quarter(s, a, b, c, d):
    for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = s[x] + s[y] & 0xFFFFFFFF
        s[z] ^= s[x]
        s[z] = (s[z] << turn | s[z] >> 32 - turn) & 0xFFFFFFFF


def chacha20(key, size):
    """RFC 8439, section 2.3, nonce zero, from block zero."""
    out = b""
    for block in range((size + 63) // 64):
        start = list(struct.unpack("<4I8I", b"expand 32-byte k" + key)) + [block, 0, 0, 0]
        s = list(start)
        for _ in range(10):
            for i in range(4):
                _quarter(s, i, 4 + i, 8 + i, 12 + i)
            for i in range(4):
                _quarter(s, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
        out += struct.pack("<16I", *((x + y) & 0xFFFFFFFF for x, y in zip(s, start)))
    return out[:size]


def stream(secret, asker, node_key, session, node, n_cells):
    shared = x25519(secret, node_key)
    key = hashlib.blake2b(b"rikstal-blind-v1" + asker + node_key + session + node.encode(), key=shared,
                          digest_size=32).digest()
    return struct.unpack("<%dQ" % n_cells, chacha20(key, 8 * n_cells))


def session_of(packed):
    """The session id of a packed MaskList, and each node's ephemeral key in it."""
    fields = wire.unpack(packed)
    keys = {}
    for number, _, sealed in fields:
        if number == 3:
            attested = wire.unpack(wire.payload_of(sealed))
            keys[wire.text(attested, 3)] = wire.get(attested, 5)

    def blake(data):
        return hashlib.blake2b(data, digest_size=32).digest()
    return blake(b"rikstal-sid-v1" + wire.get(fields, 1) + struct.pack(">I", wire.get(fields, 2)) + blake(packed)), keys


def of_receipt(path, n_cells):
    """What the asker of this receipt takes off: n_cells numbers modulo 2^64."""
    with open(path, encoding="utf-8") as file:
        receipt = json.load(file)
    secret = base64.b64decode(receipt["blind_secret"])
    asker = x25519(secret, (9).to_bytes(32, "little"))
    asked = wire.unpack(wire.payload_of(base64.b64decode(receipt["envelope"])))
    assert asker == wire.get(asked, 22), "the secret is not that of the question"
    session, keys = session_of(base64.b64decode(receipt["mask_list"]))
    streams = [stream(secret, asker, key, session, node, n_cells) for node, key in keys.items()]
    return [sum(column) % 2**64 for column in zip(*streams)]
