"""Whether something was signed by who holds a key: Ed25519, by the cryptography package."""

import base64
import binascii


def is_valid_signature(message: bytes, signature: str, public_key: str) -> bool:
    """Whether the signature is this key's, and over this message.

    Takes 30 ms at its first call, so it belongs on another thread.

    Args:
        signature: 64 bytes in base64; anything else is no signature.
        public_key: 32 bytes in base64.

    Raises:
        ValueError: The key is none.
    """
    # Start-up cost: only those whose announcements are signed load it.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
    try:
        written = base64.b64decode(signature, validate=True)
        key.verify(written, message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    # The last sign has bits to spare: one signature is written in one way.
    return base64.b64encode(written).decode() == signature
