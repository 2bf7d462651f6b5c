"""Judges receipts and proofs with Python's standard library and openssl alone. JSON tasks on standard input, JSON answers.

It knows RFC 9162, RFC 7515 and the format of a receipt, and nothing of the code that it judges.
"""

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value):
    """RFC 8785, for the ASCII names and whole numbers that contents have."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def leaf_hash(entry):
    if "erased" in entry:
        return unb64(entry["erased"])
    return sha256(b"\0", unb64(entry["salt"]), canonical(entry["content"]))


def root_of(leaves):
    """MTH of section 2.1.1."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\1", root_of(leaves[:k]), root_of(leaves[k:]))


def included(leaf, index, size, path, root):
    """Section 2.1.3.2."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = sha256(b"\1", p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\1", r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistent(first, second, path, first_root, second_root):
    """Section 2.1.4.2."""
    if first == second:
        return not path and first_root == second_root
    if not path:
        return False
    if first & (first - 1) == 0:
        path = [first_root] + path
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = sha256(b"\1", c, fr), sha256(b"\1", c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha256(b"\1", sr, c)
        fn, sn = fn >> 1, sn >> 1
    return fr == first_root and sr == second_root and sn == 0


def openssl(*args):
    done = subprocess.run(["openssl", *args], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout if done.returncode == 0 else None


def der_signature(raw):
    """r ‖ s of RFC 7518 section 3.4 as ECDSA-Sig-Value."""

    def integer(part):
        part = part.lstrip(b"\0") or b"\0"
        part = b"\0" + part if part[0] & 0x80 else part
        return b"\2" + bytes([len(part)]) + part

    body = integer(raw[:32]) + integer(raw[32:])
    return b"\x30" + bytes([len(body)]) + body


def sealed_by(signed, trust, at, folder):
    """The authority whose seal verifies, below a root that was given; None where none does."""

    def write(name, raw):
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(raw)
        return path

    if len(signed["signatures"]) != 1:
        return None
    (entry,) = signed["signatures"]
    header = json.loads(unb64(entry["protected"]))
    if header["typ"] != "valise-checkpoint+jws" or header["alg"] != "ES256" or header["role"] != "seal":
        return None
    for keeper in trust:
        for one in keeper["listed"]:
            der = base64.b64decode(one["certificate"])
            if one["role"] != "seal" or b64(sha256(der)) != header["kid"]:
                continue
            leaf = write("leaf.pem", openssl("x509", "-inform", "DER", "-in", write("leaf.der", der)))
            root_der = write("root.der", base64.b64decode(keeper["root"]))
            root = write("root.pem", openssl("x509", "-inform", "DER", "-in", root_der))
            if openssl("verify", "-attime", str(at), "-CAfile", root, leaf) is None:
                return None
            key = write("key.pem", openssl("x509", "-in", leaf, "-pubkey", "-noout"))
            signature = write("signature", der_signature(unb64(entry["signature"])))
            data = write("data", f"{entry['protected']}.{signed['payload']}".encode())
            good = openssl("dgst", "-sha256", "-verify", key, "-signature", signature, data)
            return one["authority"] if good else None
    return None


def judge_receipt(task, folder):
    """What a receipt proves, or which step fails."""
    receipt = json.loads(task["receipt"])
    signed = receipt["checkpoint"]
    checkpoint = json.loads(unb64(signed["payload"]))
    if sealed_by(signed, task["trust"], task["at"], folder) != checkpoint["from"]:
        return "signature"
    leaf = leaf_hash({"salt": receipt["salt"], "content": receipt["entry"]})
    path = [unb64(hash) for hash in receipt["path"]]
    if not included(leaf, receipt["index"], checkpoint["size"], path, unb64(checkpoint["root"])):
        return "inclusion"
    return {"content": receipt["entry"], "size": checkpoint["size"]}


def judge_telling(task, _folder):
    """Whether the entries of a telling that begins a log have its root."""
    telling = json.loads(task["telling"])
    checkpoint = json.loads(unb64(telling["checkpoint"]["payload"]))
    root = root_of([leaf_hash(entry) for entry in telling["entries"]])
    return checkpoint["start"] == 0 and len(telling["entries"]) == checkpoint["size"] and b64(root) == checkpoint["root"]


def judge_inclusion(task, _folder):
    path = [unb64(hash) for hash in task["path"]]
    return included(unb64(task["leaf"]), task["index"], task["size"], path, unb64(task["root"]))


def judge_consistency(task, _folder):
    path = [unb64(hash) for hash in task["path"]]
    return consistent(task["first"], task["second"], path, unb64(task["firstRoot"]), unb64(task["secondRoot"]))


JUDGES = {
    "receipt": judge_receipt,
    "telling": judge_telling,
    "inclusion": judge_inclusion,
    "consistency": judge_consistency,
}

with tempfile.TemporaryDirectory() as scratch:
    print(json.dumps([JUDGES[task["judge"]](task, scratch) for task in json.load(sys.stdin)]))
