"""Location of the user's own S3 bucket, used for temporary uploads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketLocation:
    """Location and access key id of a bucket; the secret key is stored in the keychain only.

    Attributes:
        bucket: Name of the bucket.
        access_key_id: Id of the access key, which is not secret.
        endpoint: URL of an S3-compatible service; empty for Amazon S3.
        region: Region such as "eu-central-1"; empty where the service has none.
        prefix: Folder in the bucket without leading and trailing slashes; empty for none.
        path_style: Whether the bucket's name is part of the path; otherwise it is part of the host.
        public_url: Base URL under which the bucket is publicly readable, such as that of a CDN,
            without the prefix; empty where only signed URLs can be read.
    """

    bucket: str
    access_key_id: str
    endpoint: str = ""
    region: str = ""
    prefix: str = ""
    path_style: bool = True
    public_url: str = ""
