"""Signatures: Helm's provenance files through gpg, and signatures of OCI digests in cosign's formats."""

from chartgen.signing.gpg import public_key, required, sign, sign_all, signer, verify
from chartgen.signing.keyring import Signer
from chartgen.signing.keys import SigningKey, passphrase

__all__ = ["Signer", "SigningKey", "passphrase", "public_key", "required", "sign", "sign_all", "signer", "verify"]
