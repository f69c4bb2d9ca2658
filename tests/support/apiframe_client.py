"""A client of the apiframe dialect for the sandbox's own tests, written from seed 004."""

import time
import uuid
from typing import Any

import httpx

from tests.support.musicapi_client import PATIENCE_S, SOUND


class Framer:
    """One key's view of `/apiframe`."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self.key = key or f"afk_{uuid.uuid4()}"
        self.http = httpx.Client(
            base_url=f"{url}/apiframe/",
            headers={"X-API-Key": self.key},
            trust_env=False,
            verify=False,  # noqa: S501 - no certificates to load for the loopback
            timeout=120,
        )

    def ask(self, body: dict[str, Any], repeat_key: str | None = None) -> httpx.Response:
        headers = {} if repeat_key is None else {"Idempotency-Key": repeat_key}
        return self.http.post("v2/music/generate", json=body, headers=headers)

    def submit(self, prompt: str = SOUND, repeat_key: str | None = None, **params: Any) -> str:
        """The id of the job, once it is accepted."""
        body: dict[str, Any] = {"prompt": prompt, "model": "producer"}
        if params:
            body["producerParams"] = params
        answer = self.ask(body, repeat_key)
        assert answer.status_code == 202, answer.text
        assert answer.json().keys() == {"jobId", "status"}
        assert answer.json()["status"] == "QUEUED"
        return str(answer.json()["jobId"])

    def look(self, job_id: str) -> dict[str, Any]:
        answer = self.http.get(f"v2/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def wait(self, job_id: str) -> dict[str, Any]:
        """Polls until the job has ended."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            job = self.look(job_id)
            if job["status"] not in {"QUEUED", "PROCESSING"}:
                return job
            time.sleep(0.03)
        raise TimeoutError(job_id)

    def credits(self) -> int:
        return int(self.http.get("v2/me").json()["team"]["credits"])

    def jobs(self, **query: Any) -> dict[str, Any]:
        answer = self.http.get("v2/jobs", params=query)
        assert answer.status_code == 200, answer.text
        assert answer.json().keys() == {"jobs", "nextCursor", "hasMore"}
        return dict(answer.json())
