"""Ed25519 signature verification with the cryptography package."""

import base64
import binascii


def is_valid_signature(message: bytes, signature: str, public_key: str) -> bool:
    """Whether the signature is valid for this key and this message.

    Takes 30 ms at its first call, so it belongs on another thread.

    Args:
        signature: 64 bytes in base64; anything else is invalid.
        public_key: 32 bytes in base64.

    Raises:
        ValueError: The key is invalid.
    """
    # Start-up cost: only programs with signed announcements load it.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
    try:
        written = base64.b64decode(signature, validate=True)
        key.verify(written, message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    # The last character has unused bits: only the canonical encoding is accepted.
    return base64.b64encode(written).decode() == signature
