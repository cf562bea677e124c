# SPDX-License-Identifier: Apache-2.0
"""What the games play with: real nodes, organisations with a year's budget each, signed questions.

A node's keeper is a process of its own and is spoken to over its socketpair, as its link does; every
answer is charged by its real ledger before it comes. Budgets are those that ship: 0.5 rho a year and
2.0 for life an organisation, 5.0 a year the node. A policy file with a new "window" opens the next
year, so a node can be played with for many years, ten organisations each.
"""
import os
import re
import select
import shutil
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))

import wire  # noqa: E402
from keeper import ANSWER, ASK, Keeper  # noqa: E402
from network import PATIENCE_S, Analyst, Broken, Network, run  # noqa: E402

COUNT, BREAKDOWN, FREQUENCY = 1, 2, 3
with open(os.path.join(ROOT, "proto", "query", "vocabulary.h"), encoding="ascii") as header:
    VOCABULARY = int(re.search(r"#define VOCABULARY_VERSION (\d+)", header.read())[1])
YEAR_RHO, LIFE_YEARS, NODE_YEARS = 0.5, 4, 10  # of an organisation; a node's year holds ten of these
VALUE, DECLINED = 1, 3
os.environ.setdefault("RIKSTAL_SLOT_FACTOR", "1")  # the slots of the product, which these attacks are about
INFLIGHT = 30  # the keeper lets 32 questions of one organisation wait


def scratch():
    """Ledgers of thousands of charges: in memory where there is such a place, each still synced."""
    if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"


# ---- a criterion, as the wire wants it ---------------------------------------------------------

AND, OR, NOT, VARIANT, TEST = 1, 2, 3, 5, 6
FIELDS = {"age": 0, "birth_year": 1, "sex": 2, "diagnosis": 4, "code": 6, "zygosity": 11, "af": 12}
IN, RANGE = 0, 3
NANO = 10**9


def _op(kind, operands=0, field=None, op=0, values=(), low=0, high=0):
    fields = [[1, wire.VARINT, kind]]
    if operands:
        fields.append([2, wire.VARINT, operands])
    if field:
        fields.append([4, wire.VARINT, field])
    if op:
        fields.append([5, wire.VARINT, op])
    fields += [[6, wire.BYTES, v] for v in values]
    if op == RANGE:
        fields += [[n, wire.FIXED64, v] for n, v in ((7, low), (8, high)) if v]  # zero is never sent
    return [wire.pack(fields)]


def code(*names):
    """Has an event coded so, in the system of the test; one name or any of some."""
    values = [wire.pack([[1, wire.VARINT, 1], [2, wire.BYTES, b"local:" + n.encode()], [3, wire.BYTES, b"local"],
                         [4, wire.BYTES, n.encode()]]) for n in names]
    return _op(TEST, field=FIELDS["code"], values=values)


def sex(name):
    return _op(TEST, field=FIELDS["sex"], values=[wire.pack([[2, wire.BYTES, name.encode()]])])


def between(field, low, high):
    return _op(TEST, field=FIELDS[field], op=RANGE, low=low * NANO, high=high * NANO)


def variant(zygosity, af_percent):
    """Carries a variant with this zygosity, seen in at least so many per cent."""
    word = wire.pack([[2, wire.BYTES, zygosity.encode()]])
    return (_op(TEST, field=FIELDS["zygosity"], values=[word]) +
            _op(TEST, field=FIELDS["af"], op=RANGE, low=af_percent * NANO // 100, high=2**63 - 1) + _op(AND, 2) + _op(VARIANT, 1))


def both(*parts):
    return sum(parts, []) + _op(AND, len(parts))


def either(*parts):
    return sum(parts, []) + _op(OR, len(parts))


def negated(part):
    return part + _op(NOT, 1)


def everybody(i):
    """The i-th of 10,000 wordings that hold for everybody here: nobody is born outside of 1920..2019."""
    return between("birth_year", 1850 + i % 60, 2030 + i // 60)


def wording(i):
    """The i-th of two million wordings that hold for everybody, as two tests: ages are 5 to 95."""
    k = i // 10000
    return everybody(i % 10000), between("age", k // 40, 110 + k % 40)


class Change:
    """A variant, as a frequency question lists it."""

    def __init__(self, position, ref, alt):
        text = "GRCh38:22-%d-%s-%s" % (position, ref, alt)
        self.bytes = wire.pack([[1, wire.VARINT, 2], [2, wire.BYTES, text.encode()], [5, wire.VARINT, 2],
                                [6, wire.VARINT, 22], [7, wire.VARINT, position], [8, wire.VARINT, position],
                                [9, wire.BYTES, ref.encode()], [10, wire.BYTES, alt.encode()]])


# ---- signing ------------------------------------------------------------------------------------


class Signer(wire.Key):
    """The same signatures as wire.Key, six times as fast: multiples of the base point are kept."""

    TABLE = []

    @classmethod
    def table(cls):
        if not cls.TABLE:
            point = wire.BASE
            for _ in range(32):
                row = [(0, 1, 1, 0)]
                for _ in range(255):
                    row.append(wire._add(row[-1], point))
                cls.TABLE.append(row)
                point = wire._add(row[-1], point)
        return cls.TABLE

    def sign(self, message):
        r = wire._hash(self.prefix, message)
        total = (0, 1, 1, 0)
        for row, byte in zip(self.table(), r.to_bytes(32, "little")):
            total = wire._add(total, row[byte])
        inverse = pow(total[2], -1, wire.P)
        point = (total[1] * inverse % wire.P | (total[0] * inverse % wire.P & 1) << 255).to_bytes(32, "little")
        k = wire._hash(point, self.public, message)
        return point + ((r + k * self.scalar) % wire.L).to_bytes(32, "little")


class Asker:
    """One organisation: its analyst's key, and how its questions begin."""

    def __init__(self, analyst):
        self.key, self.organisation, self.name = Signer.read(analyst.key), analyst.organisation, analyst.name

    def seal(self, world, audience, criterion, sigma, measure=COUNT, **more):
        """A fresh question (a new id) as envelope bytes."""
        now = int(time.time())
        fields = [[1, 0, 1], [2, 2, world.name.encode()], [3, 2, os.urandom(16)], [4, 2, self.organisation.encode()],
                  [5, 2, self.name.encode()], [6, 2, b"national-analyst"], [7, 2, b"research"], [9, 2, b"main"],
                  [10, 0, measure], [11, 0, more.get("mode", 1)], [12, 0, sigma]]
        fields += [[13, 2, n.encode()] for n in audience]
        fields += [[14, 0, world.version], [15, 1, now - 5], [16, 1, now + 300]]
        fields += [[17, 2, op] for op in criterion]
        fields += [[18, 2, d.encode()] for d in more.get("by", ())]
        fields += [[19, 2, c.bytes] for c in more.get("changes", ())]
        fields += [[23, 0, VOCABULARY]]
        return wire.seal(self.key, wire.pack(fields))


# ---- a keeper, many questions at a time ----------------------------------------------------------


class Heard(wire.Answer):
    """An answer with its bytes, and when it came after its question was sent."""

    def __init__(self, data, sent, came):
        super().__init__(data)
        self.answer_bytes, self.after_s = len(data), came - sent


class Pipe(Keeper):
    """A keeper whose answers wait for their slots while the next questions go in."""

    frames = 0  # that came since the last questions began

    def ask_all(self, sealed, inflight=INFLIGHT):
        """The answers to these envelopes, in their order; at most so many under way at a time.

        Reading and writing never wait for each other: a keeper whose answers nobody takes stops to listen.
        """
        sealed, first, self.frames = iter(sealed), self.correlation, 0
        found, sent, out, more = {}, {}, bytearray(), True
        self.ours.setblocking(False)
        while more or len(found) < self.correlation - first:
            while more and len(out) < 1 << 16 and self.correlation - first - len(found) < inflight:
                envelope = next(sealed, None)
                more = envelope is not None
                if more:
                    out += self.framed(envelope, sent)
            ready, room, _ = select.select([self.ours], [self.ours] if out else [], [], PATIENCE_S)
            if not ready and not room:
                raise Broken("%d answers did not come" % (self.correlation - first - len(found)))
            if room:
                del out[:self.ours.send(out)]
            if ready:
                self.take_all(found, sent)
        self.ours.setblocking(True)
        return [found[number] for number in range(first + 1, self.correlation + 1)]

    def begin(self, sealed):
        """Ask, a few, and do not wait."""
        self.request_first, self.request_at, self.frames = self.correlation + 1, {}, 0
        for envelope in sealed:
            self.ours.sendall(self.framed(envelope, self.request_at))

    def finish(self):
        """The answers to what begin() asked, in its order."""
        found = {}
        while len(found) < len(self.request_at):
            if not select.select([self.ours], [], [], PATIENCE_S)[0]:
                raise Broken("%d answers did not come" % (len(self.request_at) - len(found)))
            self.take_all(found, self.request_at)
        return [found[number] for number in range(self.request_first, self.correlation + 1)]

    def framed(self, envelope, sent):
        self.correlation += 1
        frame = wire.pack([[1, wire.VARINT, self.correlation],
                           [ASK, wire.BYTES, wire.pack([[1, wire.BYTES, envelope], [2, wire.VARINT, 20000]])]])
        sent[self.correlation] = time.monotonic()
        return len(frame).to_bytes(4, "big") + frame

    def take_all(self, found, sent):
        data = self.ours.recv(1 << 20)
        came = time.monotonic()
        if not data:
            raise Broken("the keeper ended")
        self.buffer += data
        at = 0
        while len(self.buffer) >= at + 4 and len(self.buffer) >= at + 4 + int.from_bytes(self.buffer[at:at + 4], "big"):
            size = int.from_bytes(self.buffer[at:at + 4], "big")
            fields = wire.unpack(self.buffer[at + 4:at + 4 + size])
            self.frames += 1
            number = wire.get(fields, 1, 0)
            if wire.get(fields, ANSWER) is not None and number in sent:
                found[number] = Heard(wire.get(fields, ANSWER), sent[number], came)
            at += 4 + size
        self.buffer = self.buffer[at:]


class World(Network):
    """A network whose nodes are spoken to without a coordinator: enrolled, and given the roster."""

    def __init__(self, name, regions, organisations):
        super().__init__(name, regions)
        self.askers = []
        for i in range(organisations):
            self.askers.append(Asker(Analyst(self, "a%d" % i, "org%d" % i).enrol()))
        if len(regions) > 5:  # six and more are witnessed, and here nobody carries their checkpoints
            run("coordinator", "roster", "witnesses", "off", "--dir", self.home)
        self.version = self.give_roster()
        self.years = {region: Years(self, region) for region in regions}

    def give_roster(self):
        source = os.path.join(self.home, "roster")
        for node in self.nodes.values():
            shutil.copy(source, os.path.join(node.folder, "roster"))
        with open(source, "rb") as file:
            return wire.get(wire.unpack(wire.payload_of(file.read())), 2)

    def start(self):
        """As a network starts, with a coordinator that lets an organisation ask as fast as games do."""
        self.start_coordinator("--rate", "60000")
        for node in self.nodes.values():
            node.start()
        self.wait_connected()

    def pipe(self, region):
        return Pipe(self.nodes[region].folder, self.log("keeper-" + region))


class Years:
    """Budget years of one node, and who may still spend in them."""

    def __init__(self, world, region):
        self.world, self.node, self.year = world, world.nodes[region], 0

    def next(self):
        """Open the next year; ten organisations that have something left for it and for life."""
        first = self.year // LIFE_YEARS * NODE_YEARS
        askers = self.world.askers[first:first + NODE_YEARS]
        if len(askers) < NODE_YEARS:
            raise Broken("this world has too few organisations for year %d" % self.year)
        if self.year:
            self.node.policy(lambda policy: policy.update(window=str(2026 + self.year)))
        self.year += 1
        return askers


def organisations_for(years):
    return (years + LIFE_YEARS - 1) // LIFE_YEARS * NODE_YEARS


def sums_of(answers):
    return [a.cells[0] for a in answers]
