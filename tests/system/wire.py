# SPDX-License-Identifier: Apache-2.0
"""The signed messages of rikstal once more, from proto/rikstal.proto and RFC 8032 alone.

Protobuf, Ed25519 and the envelope, written without a line of the product, so that what a test signs
or reads is what the documents say and not what the program happens to do. A message is a list of
[number, wire type, value] in the order of its bytes; a value is an int or bytes. Slow (a signature
takes some milliseconds) and not constant-time: it is for tests.
"""
import hashlib

VARINT, FIXED64, BYTES = 0, 1, 2
DOMAIN_QUESTION = "rikstal-question-v1"
DOMAIN_ANSWER = "rikstal-answer-v1"

# ---- protobuf ---------------------------------------------------------------------------------


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def unpack(data):
    fields, at = [], 0
    while at < len(data):
        key, at = read_varint(data, at)
        if key & 7 == VARINT:
            value, at = read_varint(data, at)
        elif key & 7 == FIXED64:
            value, at = int.from_bytes(data[at:at + 8], "little", signed=True), at + 8
        elif key & 7 == BYTES:
            size, at = read_varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError("wire type %d" % (key & 7))
        fields.append([key >> 3, key & 7, value])
    return fields


def pack(fields):
    out = bytearray()
    for number, kind, value in fields:
        out += varint(number << 3 | kind)
        if kind == VARINT:
            out += varint(value)
        elif kind == FIXED64:
            out += value.to_bytes(8, "little", signed=True)
        else:
            out += varint(len(value)) + value
    return bytes(out)


def get(fields, number, default=None):
    return next((f[2] for f in fields if f[0] == number), default)


def text(fields, number):
    return get(fields, number, b"").decode()


def put(fields, number, kind, value):
    """A copy with this field set in its place; None takes it out."""
    out = [list(f) for f in fields if f[0] != number]
    if value is not None:
        out.append([number, kind, value.encode() if isinstance(value, str) else value])
    out.sort(key=lambda f: f[0])
    return out


# ---- Ed25519, RFC 8032 --------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BY = 4 * pow(5, P - 2, P) % P


def _x_of(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return P - x if x & 1 != sign else x


BASE = (_x_of(BY, 0), BY, 1, _x_of(BY, 0) * BY % P)


def _add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar, point):
    out = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            out = _add(out, point)
        point = _add(point, point)
        scalar >>= 1
    return out


def _compress(p):
    z = pow(p[2], P - 2, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = _x_of(y, sign)
    return x, y, 1, x * y % P


def _hash(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


class Key:
    """A secret key from its file, or of 32 given bytes."""

    def __init__(self, seed):
        h = hashlib.sha512(seed).digest()
        self.scalar = int.from_bytes(h[:32], "little") & (1 << 254) - 8 | 1 << 254
        self.prefix = h[32:]
        self.public = _compress(_times(self.scalar, BASE))
        self.id = hashlib.blake2b(self.public, digest_size=16).digest()

    @classmethod
    def read(cls, path):
        with open(path, encoding="ascii") as file:
            word, value = file.read().split()
        assert word == "rikstal-secret-v1", word
        return cls(bytes.fromhex(value))

    def sign(self, message):
        r = _hash(self.prefix, message)
        point = _compress(_times(r, BASE))
        k = _hash(point, self.public, message)
        return point + ((r + k * self.scalar) % L).to_bytes(32, "little")


def verifies(public, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L:
        return False
    k = _hash(signature[:32], public, message)
    return _compress(_times(s, BASE)) == _compress(_add(_decompress(signature[:32]), _times(k, _decompress(public))))


# ---- the envelope -------------------------------------------------------------------------------


def signed_bytes(domain, payload):
    return domain.encode() + b"\0" + len(payload).to_bytes(8, "little") + payload


def envelope(domain, payload, key_id, signature):
    return pack([[1, BYTES, domain.encode()], [2, BYTES, payload], [3, BYTES, key_id], [4, BYTES, signature]])


def seal(key, payload, domain=DOMAIN_QUESTION):
    return envelope(domain, payload, key.id, key.sign(signed_bytes(domain, payload)))


def payload_of(data):
    return get(unpack(data), 2, b"")


class Answer:
    """A node's signed answer, its figures as they were sent: noised, neither cut nor rounded."""

    def __init__(self, data, public=None):
        sealed = unpack(data)
        self.payload = get(sealed, 2)
        if public and not verifies(public, signed_bytes(DOMAIN_ANSWER, self.payload), get(sealed, 4)):
            raise ValueError("the answer is not signed by this key")
        fields = unpack(self.payload)
        self.node = text(fields, 2)
        self.question_hash = get(fields, 3, b"")
        self.state = get(fields, 5, 0)
        self.code = text(fields, 6)
        self.reason = text(fields, 7)
        self.sigma = get(fields, 9, 0)
        cells = get(fields, 10, b"")
        self.cells = [int.from_bytes(cells[i:i + 8], "little", signed=True) for i in range(0, len(cells), 8)]
        self.price = get(fields, 11, 0)
        self.charged = bool(get(fields, 12, 0))
        self.left = get(fields, 19, 0)
