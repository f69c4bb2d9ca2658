"""A bucket of the user's own, from which a service can fetch a local file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketLocation:
    """Where a bucket is and who may write to it; the secret is only ever in the keychain.

    Attributes:
        bucket: Its name.
        access_key_id: The name of the access key, which is no secret.
        endpoint: Address of an S3-compatible service; empty for Amazon S3 itself.
        region: Such as "eu-central-1"; empty where the service has none.
        prefix: A folder in the bucket, without slashes at its ends; empty for none.
        path_style: Whether the bucket's name stands in the path, or else before the host.
        public_url: Where everybody can read the bucket, such as the address of a CDN before it,
            without the folder; empty where only signed addresses can be read.
    """

    bucket: str
    access_key_id: str
    endpoint: str = ""
    region: str = ""
    prefix: str = ""
    path_style: bool = True
    public_url: str = ""
