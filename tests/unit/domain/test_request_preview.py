"""Commands that are copied from the preview of a request, run by a shell."""

import json
import shlex
import shutil
import subprocess

import pytest

from producer_studio.domain.generate_command import generate_command
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.request_preview import (
    KEY_VARIABLE,
    WEBHOOK_SECRET_VARIABLE,
    RequestPreview,
)
from tests.support.loopback_server import QuietHandler, serving

LYRICS = f'It\'s "me" $HOME `id` \\ é\n"webhook_secret":"{WEBHOOK_SECRET_VARIABLE}" $PRODUCER_KEY'
SECRETS = {"PRODUCER_KEY": "sk-1", "PRODUCER_WEBHOOK_SECRET": "it's a secret"}


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")
def test_curl_gets_the_request_with_the_secrets_of_the_environment() -> None:
    preview = RequestPreview(
        "POST",
        "https://api.example/it's",
        {"Authorization": f"Bearer {KEY_VARIABLE}", "Accept": "application/json"},
        {"lyrics": LYRICS, "webhook_secret": WEBHOOK_SECRET_VARIABLE},
    )
    script = "curl() { printf '%s\\0' \"$@\"; }\n" + preview.to_curl()
    ended = subprocess.run(
        ["sh", "-c", script], env=SECRETS, capture_output=True, check=True, text=True
    )
    arguments = ended.stdout.split("\0")[:-1]
    assert arguments[:7] == [
        "-X", "POST", "https://api.example/it's", "-H", "Authorization: Bearer sk-1", "-H",
        "Accept: application/json",
    ]  # fmt: skip
    assert arguments[7] == "--data-raw"
    assert arguments[9:] == ["--compressed", "--globoff"]
    # The shell puts the secret in as it is: services give out no quotes.
    assert arguments[8] == json.dumps(
        {"lyrics": LYRICS, "webhook_secret": "?"}, ensure_ascii=False, separators=(",", ":")
    ).replace("?", SECRETS["PRODUCER_WEBHOOK_SECRET"])


@pytest.mark.skipif(
    not (shutil.which("sh") and shutil.which("curl")), reason="needs curl and a POSIX shell"
)
def test_an_address_with_brackets_is_sent_one_request() -> None:
    paths: list[str] = []

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Handler) as url:
        script = RequestPreview("POST", f"{url}/[1-2]/{{a,b}}", {}, {}).to_curl()
        subprocess.run(["sh", "-c", script], env={"no_proxy": "*"}, check=True)
    assert paths == ["/[1-2]/{a,b}"]


def test_lines_show_the_body_as_json() -> None:
    lines = RequestPreview("POST", "https://a", {"Accept": "b"}, {"c": ["d"]}).lines()
    assert lines[:3] == ["POST https://a", "Accept: b", ""]
    assert json.loads("\n".join(lines[3:])) == {"c": ["d"]}


def test_a_command_has_what_differs_from_an_empty_recipe() -> None:
    recipe = Recipe(
        operation=Operation.REPLACE, source=ClipId("c1"), sound="it's rain", lyrics="-a\n b",
        starts_at_s=1234.56, ends_at_s=1300.0, lyrics_strength=0.0, instrumental=True,
        webhook_url="https://example.com/hook?token=5ec2e7",
    )  # fmt: skip
    line = generate_command(recipe, AccountName("my account"), 3, register=True)
    assert shlex.split(line) == [
        "producer-studio", "generate", "--account=my account", "--op=replace", "--source=c1",
        "--from=1234.56", "--to=1300", "--sound=it's rain", "--lyrics=-a\n b", "--model=FUZZ-2.0",
        "--lyrics-strength=0", "--webhook-url=https://example.com/hook?…", "--instrumental",
        "--takes=3", "--register",
    ]  # fmt: skip


PASTED = "one\x03\ntwo\x1b[201~\x9b\u202e\x7f\tit's \\n \u00e9"
"""A terminal acts on control characters that are pasted: the rest would be commands of its own."""


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_no_control_character_reaches_the_terminal_that_a_command_is_pasted_into() -> None:
    line = generate_command(Recipe(sound=PASTED, lyrics=f"\0{PASTED}"), AccountName("mine"))
    preview = RequestPreview("POST", "https://a", {}, {"sound": PASTED})
    for text in (line, preview.to_curl(), *preview.lines()):
        assert not [sign for sign in text if not (sign.isprintable() or sign == "\n")]
    script = "producer-studio() { printf '%s\\0' \"$@\"; }\ncurl() { printf '%s\\0' \"$@\"; }\n"
    printed = [
        subprocess.run(
            ["bash", "-c", script + one], capture_output=True, check=True
        ).stdout.decode()
        for one in (line, preview.to_curl())
    ]
    assert {f"--sound={PASTED}", f"--lyrics={PASTED}"} < set(printed[0].split("\0"))
    assert json.loads(printed[1].split("\0")[4]) == {"sound": PASTED}
