"""The other side of an exchange, on python3-jwcrypto alone. One JSON task on standard input, one JSON answer.

It knows the protocol page (docs/protocol/envelope.md) and nothing of the code that it judges.
"""

import base64
import functools
import hashlib
import json
import os
import sys

from jwcrypto import common, jwe, jwk, jws


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value):
    return json.dumps(value, separators=(",", ":"))


@functools.lru_cache
def key(pem):
    """Reading an RSA key proves its primes, which takes longer than all that is done with it."""
    return jwk.JWK.from_pem(pem.encode())


def verify_all(signed, certificates):
    """Every signature by the key of the certificate that its header names; returns roles."""
    roles = []
    for entry in signed["signatures"]:
        header = json.loads(unb64(entry["protected"]))
        token = jws.JWS()
        token.deserialize(compact({"payload": signed["payload"], **entry}))
        token.verify(key(certificates[header["kid"]]))
        roles.append(header["role"])
    return roles


def open_envelope(task):
    envelope = json.loads(task["envelope"])
    token = jwe.JWE()
    token.deserialize(task["envelope"], key(task["key"]))
    inner = json.loads(token.payload)
    protected = json.loads(unb64(envelope["protected"]))
    assert protected["ckc"] == b64(hashlib.sha256(b"valise-cek-v1\0" + token.cek).digest()), "ckc"
    signed = inner["jws"]
    seal = signed["signatures"][-1]
    officers = [hashlib.sha256(unb64(e["signature"])).digest() for e in signed["signatures"][:-1]]
    assert json.loads(unb64(seal["protected"]))["cos"] == [b64(o) for o in officers], "cos"
    return {
        "payload": json.loads(unb64(signed["payload"])),
        "roles": verify_all(signed, task["certificates"]),
        "D": b64(hashlib.sha256(f"{seal['protected']}.{signed['payload']}".encode()).digest()),
        "proofs": [verify_all(proof, task["certificates"]) for proof in inner["proofs"]],
    }


def sign(payload, header, pem):
    token = jws.JWS(payload)
    token.add_signature(key(pem), None, compact(header), None)
    made = json.loads(token.serialize())
    return {"protected": made["protected"], "signature": made["signature"]}


def make_envelope(task):
    payload = json.dumps(task["payload"], separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()

    def header(signer, **more):
        kid = signer["kid"]
        common_members = {"alg": task["alg"], "typ": "valise-msg+jws", "cty": "valise+json", "kid": kid}
        return {**common_members, "x5t#S256": kid, "iat": task["iat"], "role": signer["role"], **more}

    officers = [sign(payload, header(o), o["key"]) for o in task["officers"]]
    cos = [b64(hashlib.sha256(unb64(o["signature"])).digest()) for o in officers]
    seal = sign(payload, header(task["seal"], cos=cos, ep=1, n=7, prev=None), task["seal"]["key"])
    signed = {"payload": b64(payload), "signatures": officers + [seal]}

    cek = os.urandom(32)
    ckc = b64(hashlib.sha256(b"valise-cek-v1\0" + cek).digest())
    token = jwe.JWE(
        compact({"jws": signed, "proofs": [], "attachmentKeys": []}).encode(),
        protected=compact({"enc": "A256GCM", "typ": "valise-env+jwe", "ckc": ckc}),
    )
    token.cek = cek
    kid = task["recipient"]["kid"]
    recipient = {"alg": task["keyManagement"], "kid": kid}
    if task["keyManagement"].startswith("ECDH"):
        recipient.update(apu=b64(task["payload"]["from"].encode()), apv=b64(kid.encode()))
    token.add_recipient(key(task["recipient"]["key"]), compact(recipient))
    flat = json.loads(token.serialize())
    entry = {"header": flat.pop("header"), "encrypted_key": flat.pop("encrypted_key")}
    return {"envelope": compact({**flat, "recipients": [entry]})}


if __name__ == "__main__":
    task = json.load(sys.stdin)
    answer = {"open": open_envelope, "make": make_envelope}
    print(json.dumps([answer[one["do"]](one) for one in task]))
