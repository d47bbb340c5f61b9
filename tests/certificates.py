"""Certificates that end tomorrow, or ended yesterday."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key."""

    own: x509.Certificate
    secret: ec.EllipticCurvePrivateKey

    @property
    def certificate(self) -> bytes:
        """As PEM."""
        return self.own.public_bytes(serialization.Encoding.PEM)

    @property
    def key(self) -> bytes:
        """As PEM."""
        form = serialization.PrivateFormat.PKCS8
        return self.secret.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def certificate(name: str, *, days: int, issuer: Pair | None = None) -> Pair:
    """A certificate of a name that ends in so many days; without an issuer it signs itself, and may sign others."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.own.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=10))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_alternative(name)]), critical=False)
    )
    return Pair(built.sign(issuer.secret if issuer else key, hashes.SHA256()), key)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
