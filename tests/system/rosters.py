# SPDX-License-Identifier: Apache-2.0
"""Changing the roster of a whole network, and asking with the roster of one's choice."""
import base64
import json
import os
import time

import wire
from network import run, wait_until


def node_version(node):
    with open(os.path.join(node.folder, "roster"), "rb") as file:
        return wire.get(wire.unpack(wire.payload_of(file.read())), 2)


def roster(network, *words, **options):
    done = run("coordinator", "roster", *words, "--dir", network.home, **options)
    version = run("coordinator", "roster", "show", "--json", "--dir", network.home).out
    wanted = int(version.split('"version":')[1].split(",")[0])
    wait_until("roster %d" % wanted, lambda: network.roster_version() == wanted)
    wait_until("roster %d at every region" % wanted,
               lambda: all(node_version(node) == wanted for node in network.nodes.values()))
    return done


def secret_of(analyst):
    with open(analyst.key, encoding="ascii") as file:
        return wire.Key(bytes.fromhex(file.read().split()[1]))


def question_of(receipt, version):
    """The question of a receipt, fresh, made with this roster: what a client without scruples would sign."""
    with open(receipt, encoding="utf-8") as file:
        fields = wire.unpack(wire.payload_of(base64.b64decode(json.load(file)["envelope"])))
    now = int(time.time())
    fields = wire.put(fields, 3, wire.BYTES, os.urandom(16))
    fields = wire.put(fields, 12, wire.VARINT, 50)  # another precision: another price
    fields = wire.put(wire.put(fields, 15, wire.FIXED64, now - 5), 16, wire.FIXED64, now + 120)
    return wire.put(fields, 14, wire.VARINT, version)
