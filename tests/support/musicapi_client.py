"""A client of the sandbox for its own tests, written from the seeds and not from our provider."""

import time
import uuid
from typing import Any

import httpx

# Fast, because a fast song is a short one.
SOUND = "energetic punk rock with distorted guitars and driving drums, 180 bpm in D minor"
PATIENCE_S = 180.0


class Musician:
    """One key's view of a sandbox."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self.key = key or f"key-{uuid.uuid4()}"
        self.http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {self.key}"},
            trust_env=False,
            verify=False,  # noqa: S501 - no certificates to load for the loopback
            timeout=120,
        )

    def ask(self, verb: str, **body: Any) -> httpx.Response:
        return self.http.post(f"/api/v1/producer/{verb}", json=body)

    def submit(self, verb: str, **body: Any) -> str:
        """The id of the task, once it is accepted."""
        answer = self.ask(verb, **body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["message"] == "success"
        task_id = answer.json()["task_id"]
        assert uuid.UUID(task_id)
        return str(task_id)

    def look(self, task_id: str, **headers: str) -> httpx.Response:
        return self.http.get(f"/api/v1/producer/task/{task_id}", headers=headers)

    def wait(self, task_id: str) -> dict[str, Any]:
        """Polls until the task has ended and returns the whole body."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            body: dict[str, Any] = self.look(task_id).json()
            if body["code"] != 202 and body.get("status") not in {"PENDING", "RUNNING"}:
                return body
            time.sleep(0.03)
        raise TimeoutError(task_id)

    def make(self, verb: str = "create", **body: Any) -> dict[str, Any]:
        """The one item of data that a successful task gives."""
        if verb == "create":
            body = {"task_type": "create_music", **body}
            if body["task_type"] != "music_variation":
                body.setdefault("sound", SOUND)
        ended = self.wait(self.submit(verb, **body))
        assert ended["code"] == 200, ended
        (data,) = ended["data"]
        return dict(data)

    def credits(self) -> int:
        answer = self.http.get("/api/v1/get-credits")
        assert answer.json().keys() == {"credits", "extra_credits"}
        return int(answer.json()["credits"])
